import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { AUDIENCE, createKey, ISSUER, Issuer, renewedWhileChecked, request, verdict } from './support.ts';

describe('a good access token', () => {
  it.each(['ES256', 'EdDSA', 'RS256'])('signed with %s is taken, by itself and in a request', async (alg) => {
    const issuer = await Issuer.create(alg);
    const verifier = issuer.verifier();
    const token = await issuer.token();
    expect(await verifier.verify(token)).toMatchObject({ ok: true, claims: { sub: 'ada', iss: ISSUER } });
    expect(verdict(await verifier.verify(request(`Bearer ${token}`)))).toBe('ok');
    expect(verdict(await verifier.verify(request(`bearer   ${token}`)))).toBe('ok');
  });

  it('may name several audiences, and its type in full', async () => {
    const issuer = await Issuer.create();
    const token = await issuer.token({ aud: ['other', AUDIENCE] }, { typ: 'application/at+jwt' });
    expect(verdict(await issuer.verifier().verify(token))).toBe('ok');
  });

  it('has claims that no caller can change for the next one', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ amr: ['pwd'] });
    for (let turn = 0; turn < 3; turn += 1) {
      const outcome = await verifier.verify(token);
      if (!outcome.ok) throw new Error(outcome.refusal.reason);
      expect(outcome.claims).toMatchObject({ sub: 'ada', amr: ['pwd'] });
      const spoil = [
        () => Object.assign(outcome.claims, { sub: 'eve' }),
        () => (outcome.claims.amr as string[]).push('hwk'),
      ];
      // The first caller has a copy of its own; the others share one.
      for (const each of spoil) turn === 0 ? each() : expect(each).toThrow(TypeError);
    }
  });
});

describe('a token is refused', () => {
  const HOUR = 3_600;
  const NOW = 2_000_000_000;
  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, {}, 'wrong_issuer'],
    ['of an issuer with a slash more', { iss: `${ISSUER}/` }, {}, 'wrong_issuer'],
    ['for another API', { aud: 'https://other.example' }, {}, 'wrong_audience'],
    ['for other APIs', { aud: ['https://other.example'] }, {}, 'wrong_audience'],
    ['for nobody', { aud: undefined }, {}, 'malformed'],
    ['for something that is no text', { aud: [1] }, {}, 'malformed'],
    ['that expired', { exp: NOW }, {}, 'expired'],
    ['that never expires', { exp: undefined }, {}, 'malformed'],
    ['that expires at no number', { exp: String(NOW + HOUR) }, {}, 'malformed'],
    ['of the future', { iat: NOW + HOUR }, {}, 'not_yet_valid'],
    ['that is not valid yet', { nbf: NOW + 6 }, {}, 'not_yet_valid'],
    ['without a subject', { sub: undefined }, {}, 'malformed'],
    ['without a client', { client_id: undefined }, {}, 'malformed'],
    ['without an id', { jti: undefined }, {}, 'malformed'],
    ['with a scope that is no text', { scope: ['a'] }, {}, 'malformed'],
    ['bound to something unknown', { cnf: { 'x5t#S256': 'abc' } }, {}, 'malformed'],
    ['of another type', {}, { typ: 'JWT' }, 'wrong_type'],
    ['without a type', {}, { typ: undefined }, 'malformed'],
    ['of an ID token’s type', {}, { typ: 'id+jwt' }, 'wrong_type'],
    ['without a key id', {}, { kid: undefined }, 'malformed'],
    ['of an unknown key', {}, { kid: 'second' }, 'unknown_key'],
    ['with an extension that must be understood', {}, { crit: ['b64'], b64: true }, 'malformed'],
  ])('%s', async (_, claims, header, reason) => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token(claims, header);
    expect(verdict(await verifier.verify(token))).toBe(reason);
    expect(verdict(await verifier.verify(token))).toBe(reason);
  });

  it('signed by another key under a known id', async () => {
    const issuer = await Issuer.create();
    const token = await issuer.token({}, {}, await createKey('first'));
    expect(verdict(await issuer.verifier().verify(token))).toBe('bad_signature');
  });

  it('signed with the public key as if it were a secret', async () => {
    const issuer = await Issuer.create();
    const secret = new TextEncoder().encode(JSON.stringify(issuer.keys[0]?.jwk));
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'HS256', kid: 'first', typ: 'at+jwt' })
      .sign(secret);
    expect(verdict(await issuer.verifier().verify(token))).toBe('wrong_algorithm');
  });

  it('not signed at all', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    expect(verdict(await verifier.verify(new UnsecuredJWT({ sub: 'ada' }).encode()))).toBe('malformed');
    const [, payload] = (await issuer.token()).split('.');
    const header = btoa('{"alg":"none","kid":"first","typ":"at+jwt"}').replaceAll('=', '');
    expect(verdict(await verifier.verify(`${header}.${payload}.`))).toBe('wrong_algorithm');
  });

  it('longer than any', async () => {
    const issuer = await Issuer.create();
    expect(verdict(await issuer.verifier().verify(await issuer.token({ fill: 'x'.repeat(8_192) })))).toBe(
      'too_long',
    );
  });

  it('of a weak RSA key', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const issuer = await Issuer.create();
    const jwk = { ...(await exportJWK(publicKey)), kid: 'weak', alg: 'RS256' };
    issuer.keys.push({ kid: 'weak', alg: 'RS256', privateKey, jwk: { ...jwk, n: jwk.n?.slice(0, 171) } });
    expect(verdict(await issuer.verifier().verify(await issuer.token({}, {}, issuer.keys[1])))).toBe(
      'unknown_key',
    );
  });
});

describe('a token has one spelling', () => {
  const spellings: [string, (token: string) => string][] = [
    ['padding', (token) => `${token}==`],
    ['a space at the end', (token) => `${token} `],
    ['a space within', (token) => `${token.slice(0, 60)} ${token.slice(60)}`],
    ['a line break', (token) => `${token.slice(0, 60)}\n${token.slice(60)}`],
    ['unused bits that are set', (token) => respellLastCharacter(token)],
    ['the other alphabet', (token) => respellAlphabet(token)],
    ['a fourth part', (token) => `${token}.`],
  ];

  it.each(spellings)('with %s it is refused, remembered or not', async (_, respell) => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    // A signature of 64 bytes ends in a character of which four bits are unused.
    const token = await issuer.token();
    expect(respell(token)).not.toBe(token);
    expect(verdict(await verifier.verify(respell(token)))).toBe('malformed');
    expect(verdict(await verifier.verify(token))).toBe('ok');
    expect(verdict(await verifier.verify(respell(token)))).toBe('malformed');
  });

  function respellLastCharacter(token: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1];
  }

  /** Whatever the token holds, its first part gets a character of the plain alphabet. */
  function respellAlphabet(token: string): string {
    return token.replace(/[-_]/, (character) => (character === '-' ? '+' : '/')).replace(/^e/, '+');
  }
});

describe('a verified token is remembered', () => {
  it('by the whole of it: another signature or payload is looked at', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token();
    const [header, payload, signature] = token.split('.');
    expect(verdict(await verifier.verify(token))).toBe('ok');
    const [, otherPayload, otherSignature] = (await issuer.token({ sub: 'eve' })).split('.');
    expect(verdict(await verifier.verify(`${header}.${payload}.${otherSignature}`))).toBe('bad_signature');
    expect(verdict(await verifier.verify(`${header}.${otherPayload}.${signature}`))).toBe('bad_signature');
  });

  it('so that a hundred calls of it pay for one signature check', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token();
    const checks = vi.spyOn(crypto.subtle, 'verify');
    for (let turn = 0; turn < 100; turn += 1) expect(verdict(await verifier.verify(token))).toBe('ok');
    expect(checks).toHaveBeenCalledTimes(1);
    checks.mockRestore();
  });

  it('among no more than may be, and what does not verify pushes none of them out', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier({ rememberedTokens: 4 });
    const [used, ...others] = await Promise.all(Array.from({ length: 12 }, () => issuer.token()));
    const forged = await createKey('first');
    const checks = vi.spyOn(crypto.subtle, 'verify');
    const checksOf = async (token = '') => {
      checks.mockClear();
      await verifier.verify(token);
      return checks.mock.calls.length;
    };
    expect([await checksOf(used), await checksOf(used)]).toEqual([1, 0]);
    for (let turn = 0; turn < 20; turn += 1)
      expect(await checksOf(await issuer.token({}, {}, forged))).toBe(1);
    expect(await checksOf(used)).toBe(0);
    // Valid ones do: of twelve that are all used again at most four are there.
    for (const token of others) await checksOf(token);
    let remembered = 0;
    for (const token of others) if ((await checksOf(token)) === 0) remembered += 1;
    expect(remembered).toBeLessThanOrEqual(4);
    checks.mockRestore();
  });

  it('until it expires', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 60 });
    issuer.now += 59.9;
    expect(verdict(await verifier.verify(token))).toBe('ok');
    issuer.now += 0.1;
    expect(verdict(await verifier.verify(token))).toBe('expired');
    expect(verdict(await verifier.verify(token))).toBe('expired');
  });

  it('and not taken before its time, should the clock go back', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token();
    expect(verdict(await verifier.verify(token))).toBe('ok');
    issuer.now -= 60;
    expect(verdict(await verifier.verify(token))).toBe('not_yet_valid');
  });

  it('unless its key is withdrawn', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    expect(verdict(await verifier.verify(token))).toBe('ok');
    issuer.keys = [await createKey('second')];
    issuer.now += 601;
    const background: Promise<unknown>[] = [];
    await verifier.verify(token, { waitUntil: (work) => background.push(work) });
    await Promise.all(background);
    expect(background).toHaveLength(1);
    expect(verdict(await verifier.verify(token))).toBe('unknown_key');
  });

  it('but not if its key is withdrawn while it is checked', async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    await verifier.verify(await issuer.token());
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    issuer.keys = [await createKey('second')];
    issuer.now += 601;
    await renewedWhileChecked(verifier, token);
    expect(verdict(await verifier.verify(token))).toBe('unknown_key');
  });
});
