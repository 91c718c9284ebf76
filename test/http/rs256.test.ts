import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  importPKCS8,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from 'jose';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/index.ts';
import { createVerifier } from '../../src/verify/index.ts';
import { createHttpsIssuer, HTTPS_ORIGIN, type Tokens } from '../support/client.ts';
import { drawRsaKey, ringOf } from '../support/keys.ts';

const RSA_KEY = await drawRsaKey();
const issuerWith = (vars: Partial<Env> = {}) => createHttpsIssuer({ SIGNING_ALG: 'RS256', RSA_KEY, ...vars });
const issuer = issuerWith();

const keySet = async (from = issuer) =>
  (await from.call('GET', '/.well-known/jwks.json')).json<JSONWebKeySet>();
const statusOf = async (bearer: string, at = issuer) => (await at.call('GET', '/auth/me', { bearer })).status;
const verifierOf = (at = issuer) =>
  createVerifier({
    issuer: HTTPS_ORIGIN,
    audience: HTTPS_ORIGIN,
    fetch: (url) => at.call('GET', url.slice(HTTPS_ORIGIN.length)),
  });

describe('an access token signed with RS256 (RFC 9068 section 2.1)', () => {
  it('is taken by every resource: the issuer’s own, a standard library, edgemint/verify', async () => {
    const { access_token: token, refresh_token } = await issuer.register('rs256');
    const { kid, ...header } = decodeProtectedHeader(token);
    expect(header).toEqual({ alg: 'RS256', typ: 'at+jwt' });
    const published = (await keySet()).keys.find((key) => key.kid === kid);
    expect(Object.keys(published ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const options = { issuer: HTTPS_ORIGIN, audience: HTTPS_ORIGIN, typ: 'at+jwt', algorithms: ['RS256'] };
    await jwtVerify(token, createLocalJWKSet(await keySet()), options);
    expect(await statusOf(token)).toBe(200);
    expect(await verifierOf().verify(token)).toMatchObject({ ok: true, claims: { sub: 'rs256' } });
    expect((await issuer.refresh(refresh_token, { bearer: token })).status).toBe(200);
  });

  it('is known to be revoked, by a status list that RS256 signed', async () => {
    // Another isolate: this one has made its list for the minute.
    const other = issuerWith();
    const { access_token: token } = await other.register('rs256-ended');
    expect((await other.call('POST', '/auth/logout', { bearer: token })).status).toBe(204);
    const list = await (await other.call('GET', '/status/0')).arrayBuffer();
    expect(decodeProtectedHeader(new TextDecoder().decode(list)).alg).toBe('RS256');
    expect(await verifierOf(other).verify(token)).toMatchObject({ refusal: { reason: 'revoked' } });
  });

  it.each([
    ['from', issuer, issuerWith({ SIGNING_ALG: 'ES256' })],
    ['to', issuerWith({ SIGNING_ALG: 'ES256' }), issuer],
  ])('outlives a change %s it', async (name, before, after) => {
    const { access_token: bearer, refresh_token } = await before.register(`rs256-${name}`);
    expect(await statusOf(bearer, after)).toBe(200);
    const renewed = await (await after.refresh(refresh_token, { bearer })).json<Tokens>();
    expect(decodeProtectedHeader(renewed.access_token).alg).not.toBe(decodeProtectedHeader(bearer).alg);
  });

  it('is accepted while its key is the previous one, which signs nothing, and refused without it', async () => {
    const { access_token: bearer, refresh_token } = await issuer.register('rs256-replaced');
    const replaced = await drawRsaKey();
    const both = issuerWith({ RSA_KEY: replaced, RSA_KEY_PREVIOUS: RSA_KEY });
    expect(await statusOf(bearer, both)).toBe(200);
    const renewed = await (await both.refresh(refresh_token, { bearer })).json<Tokens>();
    const [mine, old] = [renewed.access_token, bearer].map((each) => decodeProtectedHeader(each).kid);
    const rsaKids = (await keySet(both)).keys.filter(({ kty }) => kty === 'RSA').map(({ kid }) => kid);
    expect(rsaKids).toEqual([mine, old]);
    const alone = issuerWith({ RSA_KEY: replaced, RSA_KEY_PREVIOUS: replaced });
    expect((await keySet(alone)).keys.filter(({ kty }) => kty === 'RSA')).toHaveLength(1);
    expect(await statusOf(bearer, alone)).toBe(401);
    expect(await statusOf(renewed.access_token, alone)).toBe(200);
    const again = renewed.refresh_token;
    expect((await alone.refresh(again, { bearer })).status).toBe(401);
    expect((await alone.refresh(again)).status).toBe(200);
  });

  it('is made with a key of 2048 bits or more, or nothing is', async () => {
    const weak = issuerWith({ RSA_KEY: await drawRsaKey(1_024) });
    expect((await weak.call('GET', '/healthz')).status).toBe(503);
    const strong = issuerWith({ RSA_KEY: await drawRsaKey(3_072) });
    expect(await statusOf((await strong.register('rs256-strong')).access_token, strong)).toBe(200);
  });
});

describe('algorithm confusion (RFC 8725 section 2.1)', () => {
  it('finds each key bound to one algorithm', async () => {
    const { access_token: good } = await issuer.register('rs256-confused');
    const claims = decodeJwt(good);
    const { kid: rsa = '' } = decodeProtectedHeader(good);
    const pem = `-----BEGIN PRIVATE KEY-----\n${RSA_KEY.replaceAll('-', '+').replaceAll('_', '/')}\n-----END PRIVATE KEY-----`;
    const curve = await ringOf().signingKey(Number(claims.iat));
    const [published] = (await keySet()).keys.filter((key) => key.kid === rsa);
    const secret = new TextEncoder().encode(JSON.stringify(published));
    const forge = (alg: string, kid: string, key: CryptoKey | Uint8Array, typ = 'at+jwt') =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, typ }).sign(key);
    const rs256 = await importPKCS8(pem, 'RS256');
    const forged = {
      'RS256 by the name of a P-256 key': await forge('RS256', curve.kid, rs256),
      'ES256 by the name of the RSA key': await forge('ES256', rsa, curve.privateKey),
      PS256: await forge('PS256', rsa, await importPKCS8(pem, 'PS256')),
      RS512: await forge('RS512', rsa, await importPKCS8(pem, 'RS512')),
      'HS256 with the public key': await forge('HS256', rsa, secret),
      'an ID token': await forge('RS256', rsa, rs256, 'JWT'),
    };
    expect(await statusOf(await forge('RS256', rsa, rs256))).toBe(200);
    const verifier = verifierOf();
    for (const [name, token] of Object.entries(forged)) {
      expect(await statusOf(token), name).toBe(401);
      expect(await verifier.verify(token), name).toMatchObject({ ok: false, refusal: { status: 401 } });
    }
  });
});
