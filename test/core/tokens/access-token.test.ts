import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { DERIVED_ALGS } from '../../../src/core/settings/settings.ts';
import {
  type AccessTokenExpectation,
  type AccessTokenOutcome,
  signAccessToken,
  verifyAccessToken,
} from '../../../src/core/tokens/access-token.ts';
import { masterKeyOf, NOW, ringOf, WEEK } from '../rings.ts';
import { AUDIENCE, claimsOf, ISSUER } from './forging.ts';

const keys = ringOf();
const DAY = 86_400;
const expectation: AccessTokenExpectation = {
  issuer: ISSUER,
  audience: AUDIENCE,
  oldestSeconds: 90 * DAY + WEEK,
};
const atRefresh: AccessTokenExpectation = { ...expectation, expired: 'accepted' };

const verify = (token: string, now = NOW, expected = expectation, ring = keys) =>
  verifyAccessToken(token, ring, expected, now);
const reasonOf = (outcome: AccessTokenOutcome) => (outcome.ok ? 'accepted' : outcome.reason);

describe.each(DERIVED_ALGS)('an access token signed with %s (RFC 9068 section 2)', (signingAlg) => {
  const ring = ringOf({ signingAlg });

  it('brings its claims back', async () => {
    const token = await signAccessToken(claimsOf(), ring);
    expect(await verify(token, NOW, expectation, ring)).toEqual({ ok: true, claims: claimsOf() });
  });

  it('has the type, the algorithm and the key’s name in its header, and nothing else', async () => {
    const token = await signAccessToken(claimsOf(), ring);
    const { kid } = await ring.signingKey(NOW);
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'at+jwt', alg: signingAlg, kid });
    expect(decodeJwt(token)).toEqual(claimsOf());
  });

  it('is refused by another issuer’s keys', async () => {
    const token = await signAccessToken(claimsOf(), ring);
    const foreign = ringOf({ signingAlg, masterKey: masterKeyOf(9) });
    expect(reasonOf(await verify(token, NOW, expectation, foreign))).toBe('unknown_key');
  });

  it('is accepted after SIGNING_ALG was changed', async () => {
    const token = await signAccessToken(claimsOf(), ring);
    const changed = ringOf({ signingAlg: signingAlg === 'ES256' ? 'EdDSA' : 'ES256' });
    expect(reasonOf(await verify(token, NOW, expectation, changed))).toBe('accepted');
  });

  it('is accepted while its master key is the previous one, and refused without it', async () => {
    const token = await signAccessToken(claimsOf(), ring);
    const replaced = ringOf({ signingAlg, masterKey: masterKeyOf(2), previousMasterKey: masterKeyOf(1) });
    const dropped = ringOf({ signingAlg, masterKey: masterKeyOf(2) });
    expect(reasonOf(await verify(token, NOW, expectation, replaced))).toBe('accepted');
    expect(reasonOf(await verify(token, NOW, expectation, dropped))).toBe('unknown_key');
  });
});

describe('time (RFC 7519 section 4.1)', () => {
  it('ends the token exactly at exp, without tolerance', async () => {
    const token = await signAccessToken(claimsOf(), keys);
    expect(reasonOf(await verify(token, NOW + 599.999))).toBe('accepted');
    expect(reasonOf(await verify(token, NOW + 600))).toBe('expired');
    expect(reasonOf(await verify(token, NOW + 599.999, atRefresh))).toBe('accepted');
    expect(reasonOf(await verify(token, NOW + 600, atRefresh))).toBe('accepted');
  });

  it('lets an isolate’s clock be 5 seconds behind the signer’s, and no more', async () => {
    const token = await signAccessToken(claimsOf(), keys);
    expect(reasonOf(await verify(token, NOW - 5))).toBe('accepted');
    expect(reasonOf(await verify(token, NOW - 5.001))).toBe('not_yet_valid');
  });

  it('does not make a tolerated token last longer', async () => {
    const token = await signAccessToken(claimsOf({ iat: NOW + 5, nbf: NOW + 5, exp: NOW + 5 }), keys);
    expect(reasonOf(await verify(token, NOW))).toBe('expired');
  });

  it('keeps nbf apart from iat', async () => {
    const token = await signAccessToken(claimsOf({ nbf: NOW + 100 }), keys);
    expect(reasonOf(await verify(token, NOW + 99))).toBe('not_yet_valid');
    expect(reasonOf(await verify(token, NOW + 100))).toBe('accepted');
  });

  it('takes a token across the boundary of an epoch', async () => {
    const boundary = 3_301 * WEEK;
    for (const iat of [boundary - 1, boundary]) {
      const token = await signAccessToken(claimsOf({ iat, nbf: iat, exp: iat + 600 }), keys);
      for (const now of [boundary - 1, boundary, boundary + 598])
        expect(reasonOf(await verify(token, now)), `iat ${iat - boundary} now ${now - boundary}`).toBe(
          'accepted',
        );
    }
  });

  it('refuses the next epoch’s key for an iat of this one', async () => {
    const next = await keys.signingKey(NOW + WEEK);
    const token = await new SignJWT(claimsOf())
      .setProtectedHeader({ alg: 'ES256', kid: next.kid, typ: 'at+jwt' })
      .sign(next.privateKey);
    expect(reasonOf(await verify(token))).toBe('unknown_key');
  });
});

describe('an expired token at refresh', () => {
  const expired = claimsOf({ iat: NOW - 30 * DAY, nbf: NOW - 30 * DAY, exp: NOW - 30 * DAY + 600 });

  it('still says who its user is, epochs later', async () => {
    const token = await signAccessToken(expired, keys);
    expect(await verify(token, NOW, atRefresh)).toEqual({ ok: true, claims: expired });
    expect(reasonOf(await verify(token))).toBe('expired');
  });

  it('is too old where no living session can have been issued it', async () => {
    const oldest = { ...atRefresh, oldestSeconds: 30 * DAY };
    const token = await signAccessToken(expired, keys);
    expect(reasonOf(await verify(token, NOW, oldest))).toBe('accepted');
    expect(reasonOf(await verify(token, NOW + 0.001, oldest))).toBe('expired');
  });

  it.each<[string, Partial<typeof expired>, string]>([
    ['issuer', { iss: 'https://other.example.com' }, 'wrong_issuer'],
    ['audience', { aud: 'https://other.example.com' }, 'wrong_audience'],
    ['nbf', { nbf: NOW + 10 }, 'not_yet_valid'],
    ['shape', { sid: 7 as unknown as string }, 'malformed'],
  ])('is still refused for its %s', async (_, differences, reason) => {
    const token = await signAccessToken({ ...expired, ...differences }, keys);
    expect(reasonOf(await verify(token, NOW, atRefresh))).toBe(reason);
  });

  it('is still refused for its signature, its key and its type', async () => {
    const { privateKey, kid } = await keys.signingKey(expired.iat);
    const foreign = await ringOf({ masterKey: masterKeyOf(9) }).signingKey(expired.iat);
    const sign = (typ: string, key: CryptoKey, name = kid) =>
      new SignJWT(expired).setProtectedHeader({ alg: 'ES256', kid: name, typ }).sign(key);
    const reason = async (token: Promise<string>) => reasonOf(await verify(await token, NOW, atRefresh));
    expect(await reason(sign('at+jwt', privateKey))).toBe('accepted');
    expect(await reason(sign('at+jwt', foreign.privateKey))).toBe('bad_signature');
    expect(await reason(sign('at+jwt', foreign.privateKey, foreign.kid))).toBe('unknown_key');
    expect(await reason(sign('JWT', privateKey))).toBe('wrong_type');
  });
});
