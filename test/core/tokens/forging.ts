import { base64url } from 'jose';
import type { AccessTokenClaims } from '../../../src/core/tokens/access-token.ts';
import { NOW } from '../rings.ts';

export const ISSUER = 'https://id.example.com';
export const AUDIENCE = 'https://api.example.com';

export function claimsOf(differences: Partial<AccessTokenClaims> = {}): AccessTokenClaims {
  return {
    iss: ISSUER,
    sub: 'alice',
    aud: AUDIENCE,
    exp: NOW + 600,
    nbf: NOW,
    iat: NOW,
    jti: '6e1a0b2c-7c1d-4b53-9c7e-0d1f2a3b4c5d',
    client_id: 'edgemint',
    scope: 'account',
    sid: 'tgk1x0_8f3a09c2d4e5b6a7',
    auth_time: NOW,
    amr: ['pwd'],
    ...differences,
  };
}

/** A segment of anything: what is not text already becomes JSON. */
export function segment(value: unknown): string {
  return base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Signs with WebCrypto alone, so that a header or payload may hold what no library would sign. */
export async function signAnything(header: unknown, payload: unknown, key: CryptoKey): Promise<string> {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${await signatureOf(input, key)}`;
}

export async function signatureOf(input: string, key: CryptoKey): Promise<string> {
  const algorithm = key.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: 'SHA-256' } : key.algorithm.name;
  const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(input));
  return base64url.encode(new Uint8Array(signature));
}

/** An HMAC made with public bytes: the attack of RFC 8725 section 2.1. */
export async function hmacKey(secret: Uint8Array<ArrayBuffer> | string): Promise<CryptoKey> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** Changes one character of a segment to another one that is canonical too. */
export function flip(token: string, index: number): string {
  const segments = token.split('.');
  const text = segments[index] ?? '';
  segments[index] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  return segments.join('.');
}

/** Other spellings of a base64url text that a lenient decoder reads as the same bytes. */
export function otherSpellings(text: string): string[] {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const unusedBits = (text.length * 6) % 8;
  const last = alphabet.indexOf(text.at(-1) ?? '');
  const nonCanonical = unusedBits > 0 ? [`${text.slice(0, -1)}${alphabet[last + 1]}`] : [];
  const middle = Math.floor(text.length / 2);
  const broken = [' ', '\n', '\r\n', '\t', '\0', '='].map(
    (each) => text.slice(0, middle) + each + text.slice(middle),
  );
  return [...nonCanonical, ...broken, ` ${text}`, `${text} `, `${text}\n`, `${text}=`, `${text}==`];
}
