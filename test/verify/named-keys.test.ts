import { describe, expect, it } from 'vitest';
import { createKey, ISSUER, Issuer, settled } from './support.ts';

describe('keys of one name and different kinds (RFC 7517 section 4.5)', () => {
  it.each([
    ['ES256', 'RS256', 'EdDSA'],
    ['EdDSA', 'RS256', 'ES256'],
    ['RS256', 'EdDSA', 'ES256'],
  ])('verify each its own tokens: %s, %s, %s', async (...algs) => {
    const issuer = await Issuer.create();
    issuer.keys = await Promise.all(algs.map((alg) => createKey('same', alg)));
    const verifier = issuer.verifier();
    for (const key of issuer.keys) {
      expect(await settled(issuer, verifier, await issuer.token({}, {}, key))).toBe('ok');
      const forged = await createKey('same', key.alg);
      expect(await settled(issuer, verifier, await issuer.token({}, {}, forged))).toBe('bad_signature');
    }
    expect(issuer.asked).toHaveLength(1);
  });

  it('come and go each by itself', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const [ec] = issuer.keys;
    const rsa = await createKey('first', 'RS256');
    const token = await issuer.token({ exp: issuer.now + 86_400 }, {}, rsa);
    expect(await settled(issuer, verifier)).toBe('ok');
    issuer.keys.push(rsa);
    issuer.now += 60;
    expect(await settled(issuer, verifier, token)).toBe('ok');
    issuer.keys = ec ? [ec] : [];
    issuer.now += 601;
    for (const reason of ['ok', 'unknown_key']) expect(await settled(issuer, verifier, token)).toBe(reason);
    expect(await settled(issuer, verifier)).toBe('ok');
  });

  it('sign status lists, too', async () => {
    const issuer = await Issuer.create();
    issuer.keys = [await createKey('same'), await createKey('same', 'RS256')];
    const status = { status_list: { idx: 7, uri: `${ISSUER}/status/0` } };
    issuer.list.revoked = [7];
    expect(await settled(issuer, issuer.verifier(), await issuer.token({ status }))).toBe('revoked');
  });
});
