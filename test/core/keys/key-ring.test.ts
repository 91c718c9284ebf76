import { calculateJwkThumbprint, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { DERIVED_ALGS } from '../../../src/core/settings/settings.ts';
import { masterKeyOf, NOW, ringOf, WEEK } from '../rings.ts';

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

describe.each(DERIVED_ALGS)('a key ring that signs with %s', (signingAlg) => {
  const ring = ringOf({ signingAlg });

  it('is the same in every isolate', async () => {
    const other = ringOf({ signingAlg });
    expect((await other.signingKey(NOW)).publicJwk).toEqual((await ring.signingKey(NOW)).publicJwk);
    expect(await other.publicKeys(NOW)).toEqual(await ring.publicKeys(NOW));
    expect(await other.sealingKey(NOW)).toEqual(await ring.sealingKey(NOW));
  });

  it('names a signing key by its RFC 7638 thumbprint', async () => {
    for (const key of (await ring.publicKeys(NOW)).keys)
      expect(key.kid).toBe(await calculateJwkThumbprint(key, 'sha256'));
    expect((await ring.signingKey(NOW)).kid).toBe((await ring.publicKeys(NOW)).keys[1]?.kid);
  });

  it('publishes the previous, the current and the next epoch (RFC 7517 section 5)', async () => {
    const keys = (await ring.publicKeys(NOW)).keys.filter((key) => key.alg === signingAlg);
    const signing = await Promise.all([NOW - WEEK, NOW, NOW + WEEK].map((at) => ring.signingKey(at)));
    expect(keys.map((key) => key.kid)).toEqual(signing.map((key) => key.kid));
    expect(new Set(keys.map((key) => key.kid)).size).toBe(3);
    for (const key of keys) expect(key).toMatchObject({ alg: signingAlg, use: 'sig' });
  });

  it('publishes those of the other algorithm too, for clients that ask for it in ID tokens', async () => {
    const alg = DERIVED_ALGS.find((each) => each !== signingAlg) ?? signingAlg;
    const ids = await Promise.all([NOW - WEEK, NOW, NOW + WEEK].map((at) => ring.signingKey(at, alg)));
    const { keys } = await ring.publicKeys(NOW);
    expect(keys.slice(3).map((key) => key.kid)).toEqual(ids.map((key) => key.kid));
    expect(ring.idTokenAlgs).toEqual([signingAlg, alg]);
  });

  it('publishes no private member', async () => {
    const allowed = ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'];
    for (const key of (await ring.publicKeys(NOW)).keys)
      expect(Object.keys(key).filter((member) => !allowed.includes(member))).toEqual([]);
  });

  it('keeps the private key unexportable', async () => {
    const { privateKey } = await ring.signingKey(NOW);
    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow();
  });

  it('signs what the published key verifies, and no other of the set', async () => {
    const { privateKey } = await ring.signingKey(NOW);
    const token = await new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg: signingAlg })
      .sign(privateKey);
    const verified = await Promise.allSettled(
      (await ring.publicKeys(NOW)).keys
        .slice(0, 3)
        .map(async (jwk) => jwtVerify(token, await importJWK(jwk, signingAlg))),
    );
    expect(verified.map((each) => each.status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });

  it('verifies with the epoch of the issue, the current master key’s first', async () => {
    const both = ringOf({ signingAlg, previousMasterKey: masterKeyOf(2) });
    const old = ringOf({ signingAlg, masterKey: masterKeyOf(2) });
    const kids = (await both.verificationKeys(signingAlg, NOW)).map((key) => key.kid);
    expect(kids).toEqual([(await ring.signingKey(NOW)).kid, (await old.signingKey(NOW)).kid]);
  });

  it('publishes both rings while the previous master key is set, and signs with the new one', async () => {
    const both = ringOf({ signingAlg, previousMasterKey: masterKeyOf(2) });
    const old = ringOf({ signingAlg, masterKey: masterKeyOf(2) });
    const { keys } = await both.publicKeys(NOW);
    expect(keys).toEqual([...(await ring.publicKeys(NOW)).keys, ...(await old.publicKeys(NOW)).keys]);
    expect((await both.signingKey(NOW)).kid).toBe((await ring.signingKey(NOW)).kid);
  });

  it('accepts what either master key signed in the two deploys that swap them', async () => {
    const before = ringOf({ signingAlg, masterKey: masterKeyOf(1), previousMasterKey: masterKeyOf(2) });
    const after = ringOf({ signingAlg, masterKey: masterKeyOf(2), previousMasterKey: masterKeyOf(1) });
    for (const [signer, verifier] of [
      [before, after],
      [after, before],
    ] as const) {
      const { kid } = await signer.signingKey(NOW);
      expect((await verifier.verificationKeys(signingAlg, NOW)).map((key) => key.kid)).toContain(kid);
      expect((await verifier.publicKeys(NOW)).keys.map((key) => key.kid)).toContain(kid);
    }
  });
});

describe('keys', () => {
  const rings = {
    'this one': ringOf(),
    'another master key': ringOf({ masterKey: masterKeyOf(2) }),
    'a longer master key': ringOf({ masterKey: new Uint8Array(64).fill(1) }),
    'another period': ringOf({ keyPeriodSeconds: WEEK / 7 }),
    'a period of twice the length': ringOf({ keyPeriodSeconds: 2 * WEEK }),
  };

  it('differ by master key, period, epoch, algorithm and purpose', async () => {
    const seen = new Map<string, string>();
    const see = (name: string, value: string) => {
      expect(seen.get(value), name).toBeUndefined();
      seen.set(value, name);
    };
    for (const [name, ring] of Object.entries(rings)) {
      // An even number of weeks, so that all the periods have an epoch that starts there.
      for (const epoch of [3_300 * WEEK, 3_302 * WEEK]) {
        for (const alg of DERIVED_ALGS) {
          for (const key of await ring.verificationKeys(alg, epoch))
            see(`${alg} ${epoch} of ${name}`, String(key.publicJwk.x));
        }
        see(`sealing ${epoch} of ${name}`, hex((await ring.sealingKey(epoch)).key));
      }
    }
    for (const purpose of ['device token', 'device cookie name', 'refresh token'])
      see(purpose, hex((await ringOf().lastingKeys(purpose))[0]));
    expect(seen.size).toBe(5 * 2 * 3 + 3);
  });

  it('of a signing key are not the bytes of another key', async () => {
    const [first] = await ringOf().lastingKeys('a');
    const { key } = await ringOf().sealingKey(NOW);
    expect(first).toHaveLength(64);
    expect(key).toHaveLength(64);
    expect(hex(first.slice(0, 32))).not.toBe(hex(first.slice(32)));
  });

  it('that last take no epoch, and come with the previous master key’s', async () => {
    const both = ringOf({ previousMasterKey: masterKeyOf(2) });
    const [current] = await ringOf().lastingKeys('p');
    const [old] = await ringOf({ masterKey: masterKeyOf(2) }).lastingKeys('p');
    expect(await both.lastingKeys('p')).toEqual([current, old]);
    expect(await ringOf({ keyPeriodSeconds: 60 }).lastingKeys('p')).toEqual([current]);
  });

  it('change exactly where an epoch begins', async () => {
    const ring = ringOf();
    const kidAt = async (now: number) => (await ring.signingKey(now)).kid;
    const start = 3_300 * WEEK;
    expect(await kidAt(start)).toBe(await kidAt(start + WEEK - 0.001));
    expect(await kidAt(start)).not.toBe(await kidAt(start - 0.001));
    expect((await ring.sealingKey(start)).epoch).toBe(start);
    expect((await ring.sealingKey(start - 0.001)).epoch).toBe(start - WEEK);
  });

  it('of the next epoch are published before they sign, of the last one after', async () => {
    const ring = ringOf();
    const start = 3_300 * WEEK;
    const published = async (now: number) => (await ring.publicKeys(now)).keys.map((key) => key.kid);
    expect(await published(start - 1)).toContain((await ring.signingKey(start)).kid);
    expect(await published(start)).toContain((await ring.signingKey(start - 1)).kid);
    expect(await published(start + WEEK)).not.toContain((await ring.signingKey(start - 1)).kid);
  });

  it('of an epoch open what was sealed in it, by either master key', async () => {
    const both = ringOf({ previousMasterKey: masterKeyOf(2) });
    const sealed = await Promise.all(
      [1, 2].map((byte) => ringOf({ masterKey: masterKeyOf(byte) }).sealingKey(NOW)),
    );
    const { epoch } = sealed[0] as { epoch: number };
    expect(await both.openingKeys(epoch, NOW)).toEqual(sealed.map(({ key }) => key));
  });

  it('come only from epochs in which a living token can have been sealed', async () => {
    const ring = ringOf();
    const { epoch } = await ring.sealingKey(NOW);
    const counts = async (...epochs: number[]) =>
      Promise.all(epochs.map(async (each) => (await ring.openingKeys(each, NOW)).length));
    const oldest = Math.floor((NOW - 7_776_000) / WEEK) * WEEK;
    expect(await counts(oldest, epoch, epoch + WEEK)).toEqual([1, 1, 1]);
    expect(await counts(oldest - WEEK, epoch + 1, epoch + 2 * WEEK, 0)).toEqual([0, 0, 0, 0]);
  });

  it('are the same after many others were asked for, as only the newest are remembered', async () => {
    const ring = ringOf();
    const first = await ring.sealingKey(NOW);
    for (let epoch = 0; epoch < 300; epoch += 1) await ring.verificationKeys('EdDSA', epoch * WEEK);
    expect(await ring.sealingKey(NOW)).toEqual(first);
  });

  it('stay what they are: a later version of this code opens what an earlier one sealed', async () => {
    const { kid } = (await ringOf().signingKey(NOW)).publicJwk as JWK;
    const [ed25519] = await ringOf().verificationKeys('EdDSA', NOW);
    const { key } = await ringOf().sealingKey(NOW);
    expect({ kid, ed25519: ed25519?.kid, sealing: hex(key).slice(0, 32) }).toEqual({
      kid: 't4wsrx6DGq4EVqHYuAoGgx8XoOgvnMUmbaHluKD1A30',
      ed25519: 'P4XmTN-DLzPZ6J6flpgKDEFns-Hy7Kes8ONkNLvWQ-8',
      sealing: '6d252c6068d6718b96ef04b39d8f5848',
    });
  });
});
