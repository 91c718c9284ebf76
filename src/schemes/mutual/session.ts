import { base64url } from 'jose';
import * as v from 'valibot';
import type { KeyRing } from '../../core/keys/key-ring.ts';
import type { MutualAlgorithmName } from '../../core/settings/settings.ts';
import { seal, unseal } from '../../core/tokens/sealed.ts';
import { hash } from '../hash.ts';
import type { OpenedCredential } from '../scheme.ts';
import type { Exchanged } from './kam3.ts';

/** What the server remembers of a key exchange (RFC 8120 section 11), beside its nonce numbers. */
export type MutualSession = Exchanged & {
  algorithm: MutualAlgorithmName;
  username: string;
  /** The credential that it was begun with; empty for a fake session. */
  credential: string;
};

const PURPOSE = 'mutual exchange';
const hex = v.pipe(
  v.string(),
  v.transform((text) => BigInt(`0x${text}`)),
);
const claimsSchema = v.object({
  sub: v.string(),
  alg: v.string(),
  crd: v.string(),
  kc1: hex,
  ks1: hex,
  z: hex,
});

/** @returns a JWE, for an object that keeps it without reading it */
export async function sealSession(session: MutualSession, keys: KeyRing, until: number): Promise<string> {
  const [key] = await keys.lastingKeys(PURPOSE);
  const { username, algorithm, credential, kc1, ks1, z } = session;
  const numbers = { kc1: kc1.toString(16), ks1: ks1.toString(16), z: z.toString(16) };
  return seal(
    { sub: username, alg: algorithm, crd: credential, ...numbers, exp: Math.ceil(until) },
    key,
    PURPOSE,
  );
}

export async function openSession(
  text: string,
  keys: KeyRing,
  now: number,
): Promise<MutualSession | undefined> {
  const opened = await unseal(text, await keys.lastingKeys(PURPOSE), now);
  if (!opened.ok) return undefined;
  const { sub, alg, crd, ...numbers } = v.parse(claimsSchema, opened.claims);
  return { username: sub, algorithm: alg as MutualAlgorithmName, credential: crd, ...numbers };
}

/** Tells one credential, and each renewal of it, from another, under whichever master key it is sealed. */
export function nameOf(credential: OpenedCredential | undefined): string {
  if (!credential) return '';
  const { createdAt, data } = credential;
  return base64url.encode(hash('sha256', JSON.stringify([createdAt, data])));
}
