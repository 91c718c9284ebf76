import { describe, expect, it, vi } from 'vitest';
import { createKey, ISSUER, Issuer, renewedWhileChecked, settled } from './support.ts';

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

describe('a key in the place of another of its name', () => {
  it('withdraws it: no token of the old one is remembered', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    expect(await settled(issuer, verifier, token)).toBe('ok');
    issuer.keys = [await createKey('first')];
    issuer.now += 601;
    for (const reason of ['ok', 'bad_signature']) expect(await settled(issuer, verifier, token)).toBe(reason);
    expect(await settled(issuer, verifier)).toBe('ok');
  });

  it('also while a token of the old one is checked', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    await settled(issuer, verifier);
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    issuer.keys = [await createKey('first')];
    issuer.now += 601;
    await renewedWhileChecked(verifier, token);
    expect(await settled(issuer, verifier, token)).toBe('bad_signature');
  });

  it('is told from the same one, published again with other words beside it', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    await settled(issuer, verifier, token);
    const spy = vi.spyOn(crypto.subtle, 'verify');
    const { kid: _, ...jwk } = issuer.keys[0]?.jwk ?? {};
    Object.assign(issuer.keys[0] ?? {}, { jwk: { note: 'again', kid: 'first', ...jwk } });
    for (let turn = 0; turn < 3; turn += 1) {
      issuer.now += 601;
      expect(await settled(issuer, verifier, token)).toBe('ok');
    }
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
    expect(issuer.asked).toHaveLength(4);
  });
});
