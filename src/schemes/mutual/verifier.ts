import * as v from 'valibot';
import { keyedHash } from '../../core/keys/keyed-hash.ts';
import { MUTUAL_ALGORITHMS } from '../../core/settings/settings.ts';
import type { OpenedCredential, Visit } from '../scheme.ts';
import { type MutualAlgorithm, mutualAlgorithm, passwordNumber } from './algorithm.ts';
import { verifierOf } from './kam3.ts';
import { toInt } from './octets.ts';

const dataSchema = v.object({
  /** The host that the verifiers were made for. */
  authScope: v.string(),
  /** J(pi) in hex, by algorithm. */
  verifiers: v.record(v.string(), v.string()),
});

/** The host alone (RFC 8120 section 5, single-host): a verifier then holds for every port and scheme of it. */
export function authScopeOf(issuer: string): string {
  return new URL(issuer).hostname;
}

/** What is kept for a password: a verifier an algorithm. None of them can be used to sign in. */
export async function deriveMutualCredential(
  username: string,
  realm: string,
  issuer: string,
  password: string,
) {
  const authScope = authScopeOf(issuer);
  const verifiers = await Promise.all(
    MUTUAL_ALGORITHMS.map(async (name) => {
      const algorithm = mutualAlgorithm(name);
      const pi = await passwordNumber(algorithm, authScope, realm, username, password);
      return [name, verifierOf(algorithm, pi).toString(16)] as const;
    }),
  );
  return { id: username, data: { authScope, verifiers: Object.fromEntries(verifiers) } };
}

/**
 * The verifier to exchange keys with. A fake one is made each time, so that a user who doesn't exist, or whose verifier is
 * for another host, takes as long; it is the same for the same name.
 */
export async function verifierFor(
  algorithm: MutualAlgorithm,
  username: string,
  found: OpenedCredential | undefined,
  { keys, issuer }: Visit,
): Promise<{ verifier: bigint; isReal: boolean }> {
  const [decoyKey] = await keys.lastingKeys('mutual decoy');
  const fake = verifierOf(algorithm, toInt(await keyedHash(decoyKey, `${algorithm.name} ${username}`)));
  const data = found && v.parse(dataSchema, found.data);
  const stored = data?.authScope === authScopeOf(issuer) ? data.verifiers[algorithm.name] : undefined;
  return stored === undefined
    ? { verifier: fake, isReal: false }
    : { verifier: BigInt(`0x${stored}`), isReal: true };
}
