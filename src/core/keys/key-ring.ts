import type { JSONWebKeySet } from 'jose';
import { DERIVED_ALGS, type DerivedAlg, type SigningAlg } from '../settings/settings.ts';
import { createDerivation, type Derivation, deriveSigningKey, type SigningKey } from './derivation.ts';
import { type EpochStart, epochAt } from './epoch.ts';
import { importRsaKey } from './rsa-key.ts';

/**
 * Every key the issuer uses. All are functions of the master key and the clock, so each isolate holds the same ring
 * without storage; only RSA keys can't be derived, and take no epoch. While `MASTER_KEY_PREVIOUS` or `RSA_KEY_PREVIOUS` is
 * set, what was made with it is still accepted and published.
 */
export type KeyRing = {
  /**
   * The key that signs at `now` (epoch seconds), with the algorithm of access tokens if none is named.
   *
   * @throws where there is none: RS256 without an `RSA_KEY`
   */
  signingKey(now: number, alg?: SigningAlg): Promise<SigningKey>;
  /** The keys with which a token issued at `issuedAt` may have been signed, those of the current secret first. */
  verificationKeys(alg: SigningAlg, issuedAt: number): Promise<SigningKey[]>;
  /** The algorithms ID tokens can be signed with; the first is for clients that ask for none. */
  idTokenAlgs: readonly [SigningAlg, ...SigningAlg[]];
  /**
   * The previous, the current and the next epoch's public keys (RFC 7517 section 5), those of `SIGNING_ALG` first; behind
   * them, whatever `SIGNING_ALG` is, the RSA keys.
   */
  publicKeys(now: number): Promise<JSONWebKeySet>;
  /** The 64-byte key (A256CBC-HS512) that seals refresh tokens at `now`, and the epoch that names it. */
  sealingKey(now: number): Promise<{ epoch: EpochStart; key: Uint8Array }>;
  /** The keys with which a token sealed in an epoch may be opened; none if no token that lives at `now` can come from there. */
  openingKeys(epoch: EpochStart, now: number): Promise<Uint8Array[]>;
  /** 64 bytes for a purpose that takes no epoch; the current master key's first. */
  lastingKeys(purpose: string): Promise<[Uint8Array<ArrayBuffer>, ...Uint8Array<ArrayBuffer>[]]>;
};

export type KeyRingOptions = {
  masterKey: Uint8Array<ArrayBuffer>;
  previousMasterKey?: Uint8Array<ArrayBuffer> | undefined;
  /** PKCS#8: adds RS256. */
  rsaKey?: Uint8Array<ArrayBuffer> | undefined;
  previousRsaKey?: Uint8Array<ArrayBuffer> | undefined;
  signingAlg: SigningAlg;
  keyPeriodSeconds: number;
  /** No session lives longer. */
  refreshAbsoluteTtlSeconds: number;
};

const MOST_REMEMBERED_KEYS = 256;

/** Builds the ring; keys are derived when first asked for, and remembered. */
export function createKeyRing(options: KeyRingOptions): KeyRing {
  const { signingAlg, keyPeriodSeconds, refreshAbsoluteTtlSeconds } = options;
  const current = createDerivation(options.masterKey);
  const previous = options.previousMasterKey && createDerivation(options.previousMasterKey);
  const masters = previous ? [current, previous] : [current];
  const remembered = remember();

  const label = (purpose: string, epoch: EpochStart) =>
    `${purpose}|period ${keyPeriodSeconds}|epoch ${epoch}`;
  const signing = (master: Promise<Derivation>, alg: DerivedAlg, epoch: EpochStart) =>
    remembered(`${alg} ${masters.indexOf(master)} ${epoch}`, async () =>
      deriveSigningKey(await master, alg, label(`sign ${alg}`, epoch)),
    );
  const sealing = (master: Promise<Derivation>, epoch: EpochStart) =>
    remembered(`seal ${masters.indexOf(master)} ${epoch}`, async () =>
      (await master)(label('refresh token', epoch), 64),
    );

  const { rsaKey, previousRsaKey } = options;
  const rsa = (pkcs8: Uint8Array<ArrayBuffer>) =>
    remembered(pkcs8 === rsaKey ? 'RS256' : 'RS256 previous', () => importRsaKey(pkcs8));
  const rsaKeys = () => Promise.all([rsaKey, previousRsaKey].flatMap((pkcs8) => (pkcs8 ? rsa(pkcs8) : [])));
  const algs: readonly [DerivedAlg, DerivedAlg] = signingAlg === 'EdDSA' ? ['EdDSA', 'ES256'] : DERIVED_ALGS;

  return {
    idTokenAlgs: rsaKey ? ['RS256', ...algs] : algs,
    async signingKey(now, alg = signingAlg) {
      if (alg !== 'RS256') return signing(current, alg, epochAt(now, keyPeriodSeconds));
      if (!rsaKey) throw new Error('there is no key for RS256');
      return rsa(rsaKey);
    },
    verificationKeys: (alg, issuedAt) =>
      alg === 'RS256'
        ? rsaKeys()
        : Promise.all(masters.map((master) => signing(master, alg, epochAt(issuedAt, keyPeriodSeconds)))),
    async publicKeys(now) {
      const current = epochAt(now, keyPeriodSeconds);
      const epochs = [current - keyPeriodSeconds, current, current + keyPeriodSeconds];
      const keys = await Promise.all(
        masters.flatMap((master) =>
          algs.flatMap((alg) => epochs.map((epoch) => signing(master, alg, epoch))),
        ),
      );
      return { keys: [...keys, ...(await rsaKeys())].map((key) => key.publicJwk) };
    },
    async sealingKey(now) {
      const epoch = epochAt(now, keyPeriodSeconds);
      return { epoch, key: await sealing(current, epoch) };
    },
    async openingKeys(epoch, now) {
      const oldest = epochAt(now - refreshAbsoluteTtlSeconds, keyPeriodSeconds);
      const newest = epochAt(now, keyPeriodSeconds) + keyPeriodSeconds;
      const isPossible = epoch >= oldest && epoch <= newest && epochAt(epoch, keyPeriodSeconds) === epoch;
      return isPossible ? Promise.all(masters.map((master) => sealing(master, epoch))) : [];
    },
    async lastingKeys(purpose) {
      const [first, ...others] = await Promise.all(
        masters.map((master, index) =>
          remembered(`lasting ${index} ${purpose}`, async () => (await master)(`lasting ${purpose}`, 64)),
        ),
      );
      return [first as Uint8Array<ArrayBuffer>, ...others];
    },
  };
}

/** Remembers the results that were used last; a failure is not remembered. */
function remember() {
  const results = new Map<string, Promise<unknown>>();
  return <T>(name: string, make: () => Promise<T>): Promise<T> => {
    const known = results.get(name) as Promise<T> | undefined;
    if (known) {
      results.delete(name);
      results.set(name, known);
      return known;
    }
    const made = make();
    results.set(name, made);
    made.catch(() => results.delete(name));
    const oldest = results.keys().next().value;
    if (results.size > MOST_REMEMBERED_KEYS && oldest !== undefined) results.delete(oldest);
    return made;
  };
}
