import {
  base64url,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { FOREIGN_MASTER_KEY, ringOf } from './keys.ts';

const WEEK = 604_800;

/**
 * Every kind of forged access token known to us, made from a good one. All have the form of a bearer token.
 *
 * @see RFC 8725 for most of them
 */
export async function forgeAccessTokens(good: string): Promise<Record<string, string>> {
  const payload = decodeJwt(good);
  const header = decodeProtectedHeader(good) as { alg: string; kid: string; typ: string };
  const iat = Number(payload.iat);
  const [h = '', p = '', s = ''] = good.split('.');
  const ring = ringOf();
  const { privateKey, publicKey, publicJwk } = await ring.signingKey(iat);
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const strangersJwk = await exportJWK(stranger.publicKey);

  const sign = (claims: JWTPayload, protectedHeader: object = {}, key: CryptoKey = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ ...header, ...protectedHeader }).sign(key);
  const without = (name: string) =>
    Object.fromEntries(Object.entries(payload).filter(([key]) => key !== name));
  const hmac = (secret: string | Uint8Array) =>
    new SignJWT(payload)
      .setProtectedHeader({ ...header, alg: 'HS256' })
      .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);
  const otherHeader = (change: object) => `${encode({ ...header, ...change })}.${p}`;
  const raw = new Uint8Array((await crypto.subtle.exportKey('raw', publicKey)) as ArrayBuffer);

  return {
    'alg none, unsigned': `${otherHeader({ alg: 'none' })}.`,
    'alg none, with the old signature': `${otherHeader({ alg: 'none' })}.${s}`,
    'alg nOnE': `${otherHeader({ alg: 'nOnE' })}.`,
    'alg none, without kid and typ': `${encode({ alg: 'none' })}.${p}.`,
    'alg empty': `${otherHeader({ alg: '' })}.${s}`,
    'alg a list': `${otherHeader({ alg: ['ES256'] })}.${s}`,
    'alg ES384': `${otherHeader({ alg: 'ES384' })}.${s}`,
    'alg EdDSA with a P-256 signature': `${otherHeader({ alg: 'EdDSA' })}.${s}`,
    'alg __proto__': `${otherHeader({ alg: '__proto__' })}.${s}`,
    'HS256 with the public key as PEM': await hmac(await exportSPKI(publicKey)),
    'HS256 with the public key as JWK': await hmac(JSON.stringify(publicJwk)),
    'HS256 with the public point': await hmac(raw),
    'HS256 with the kid': await hmac(header.kid),
    "a stranger's key under our kid": await sign(payload, {}, stranger.privateKey),
    "a stranger's key in the header": await sign(payload, { jwk: strangersJwk }, stranger.privateKey),
    "a stranger's key by address": await sign(
      payload,
      { jku: 'https://evil.example/jwks.json' },
      stranger.privateKey,
    ),
    'another master key': await sign(
      payload,
      { kid: (await ringOf(FOREIGN_MASTER_KEY).signingKey(iat)).kid },
      (await ringOf(FOREIGN_MASTER_KEY).signingKey(iat)).privateKey,
    ),
    "the next epoch's key": await sign(
      payload,
      { kid: (await ring.signingKey(iat + WEEK)).kid },
      (await ring.signingKey(iat + WEEK)).privateKey,
    ),
    'an unknown kid': await sign(payload, { kid: 'unknown' }),
    'a path as kid': await sign(payload, { kid: '../../dev/null' }),
    'no kid': `${encode({ alg: header.alg, typ: header.typ })}.${p}.${s}`,
    'another user in the payload': `${h}.${encode({ ...payload, sub: 'admin' })}.${s}`,
    'a later end in the payload': `${h}.${encode({ ...payload, exp: iat + WEEK })}.${s}`,
    'another scope in the payload': `${h}.${encode({ ...payload, scope: 'account admin' })}.${s}`,
    'a changed signature': `${h}.${p}.${s.startsWith('A') ? 'B' : 'A'}${s.slice(1)}`,
    'an empty signature': `${h}.${p}.`,
    'a signature of zeros': `${h}.${p}.${base64url.encode(new Uint8Array(64))}`,
    'a shorter signature': `${h}.${p}.${s.slice(0, 84)}`,
    'unused bits set in the signature': `${h}.${p}.${s.slice(0, -1)}${followerOf(s.at(-1))}`,
    'typ JWT': await sign(payload, { typ: 'JWT' }),
    'typ of an ID token': await sign(payload, { typ: 'id_token+jwt' }),
    'no typ': await sign(payload, { typ: undefined }),
    'another issuer': await sign({ ...payload, iss: 'https://evil.example' }),
    'issuer with a slash': await sign({ ...payload, iss: `${payload.iss}/` }),
    'no issuer': await sign(without('iss')),
    'another audience': await sign({ ...payload, aud: 'https://api.evil.example' }),
    'no audience': await sign(without('aud')),
    'not yet valid': await sign({ ...payload, nbf: iat + 3_600 }),
    'issued in the future': await sign({ ...payload, iat: iat + 3_600, exp: iat + 7_200 }),
    'no end': await sign(without('exp')),
    'an end that is a text': await sign({ ...payload, exp: '9999999999' as unknown as number }),
    'no iat': await sign(without('iat')),
    'no subject': await sign(without('sub')),
    'a subject that is a number': await sign({ ...payload, sub: 7 as unknown as string }),
    'no session': await sign(without('sid')),
    'a critical header unknown here': `${otherHeader({ crit: ['exp'], exp: 1 })}.${s}`,
    'an unencoded payload': `${otherHeader({ crit: ['b64'], b64: false })}.${s}`,
    padded: `${good}=`,
    'a part missing': `${h}.${p}`,
    'a part too many': `${good}.AAAA`,
    'five parts': `${h}..AAAA.AAAA.AAAA`,
    truncated: good.slice(0, -20),
    'a header that is a list': `${encode([])}.${p}.${s}`,
    'a header that is no JSON': `AAAA.${p}.${s}`,
    'a payload that is no JSON': `${h}.AAAA.${s}`,
    'a payload that is null': `${h}.${encode(null)}.${s}`,
    'only dots': '..',
    'no token at all': 'abc',
    'five thousand characters': `${good}${'A'.repeat(5_000 - good.length)}`,
  };
}

/** Everything that looks like a refresh token and is none, made from a good one. */
export function forgeRefreshTokens(
  good: string,
  foreign: string,
  accessToken: string,
): Record<string, string> {
  const [h = '', , iv = '', text = '', tag = ''] = good.split('.');
  const [foreignHeader = '', , , foreignText = ''] = foreign.split('.');
  const header = JSON.parse(new TextDecoder().decode(base64url.decode(h))) as Record<string, string>;
  const flip = (part: string) => `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`;
  const withHeader = (change: object) => `${encode({ ...header, ...change })}..${iv}.${text}.${tag}`;
  return {
    "another issuer's": foreign,
    "another issuer's text": `${h}..${iv}.${foreignText}.${tag}`,
    "another issuer's header": `${foreignHeader}..${iv}.${text}.${flip(tag)}`,
    'a changed initialisation vector': `${h}..${flip(iv)}.${text}.${tag}`,
    'a changed text': `${h}..${iv}.${flip(text)}.${tag}`,
    'a changed tag': `${h}..${iv}.${text}.${flip(tag)}`,
    'an empty tag': `${h}..${iv}.${text}.`,
    'a truncated tag': `${h}..${iv}.${text}.${tag.slice(0, 22)}`,
    'an empty text': `${h}..${iv}..${tag}`,
    'an encrypted key': `${h}.AAAA.${iv}.${text}.${tag}`,
    'another epoch': withHeader({ kid: String(Number(header.kid) - WEEK) }),
    'an epoch that is none': withHeader({ kid: '-1' }),
    'no epoch': withHeader({ kid: undefined }),
    'an epoch far away': withHeader({ kid: '999999999999' }),
    'another encryption': withHeader({ enc: 'A256GCM' }),
    'another algorithm': withHeader({ alg: 'A256KW' }),
    compressed: withHeader({ zip: 'DEF' }),
    'a critical header': withHeader({ crit: ['exp'], exp: 1 }),
    truncated: good.slice(0, -40),
    padded: `${good}=`,
    doubled: good + good,
    'with a space': `${good} `,
    'an access token': accessToken,
    'only dots': '....',
    'no token at all': 'abc',
    'ten thousand characters': 'A'.repeat(10_000),
  };
}

function encode(value: unknown): string {
  return base64url.encode(JSON.stringify(value));
}

/** The last character of 64 bytes in base64url carries four unused bits; this sets one of them. */
function followerOf(character = 'A'): string {
  return String.fromCharCode(character.charCodeAt(0) + 1);
}
