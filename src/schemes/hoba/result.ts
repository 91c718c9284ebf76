import { parseParameters } from '../parameters.ts';
import type { HobaAlg } from './public-key.ts';

/** What a client answers: each part in base64url, as it is signed. */
export type HobaResult = { kid: string; challenge: string; nonce: string; signature: string };

const LONGEST_PART = 1_024;

/** A key id is what stands in an answer: base64url. */
export function isKid(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,128}$/.test(text);
}

/** Clients may keep the padding that base64 ends with. @returns the same without it */
export function withoutPadding(text: string): string {
  return text.replace(/={1,2}$/, '');
}

/** Reads `result="kid.challenge.nonce.sig"` (RFC 7486 section 3). @returns `undefined` if it is not of that form */
export function parseHobaResult(credentials: string): HobaResult | undefined {
  const parts = parseParameters(credentials)?.get('result')?.split('.') ?? [];
  const [kid = '', challenge = '', nonce = '', signature = ''] = parts;
  const isWhole =
    parts.length === 4 &&
    isKid(withoutPadding(kid)) &&
    parts.every((part) => /^[A-Za-z0-9_-]+={0,2}$/.test(part) && part.length <= LONGEST_PART) &&
    // No base64 has such a length.
    [challenge, signature].every((part) => withoutPadding(part).length % 4 !== 1);
  return isWhole ? { kid, challenge, nonce, signature } : undefined;
}

export type HobaToBeSigned = Omit<HobaResult, 'signature'> & { alg: HobaAlg; origin: string; realm: string };

/** HOBA-TBS (RFC 7486 section 2): each field behind its length. */
export function formatToBeSigned({ nonce, alg, origin, realm, kid, challenge }: HobaToBeSigned): string {
  const lengthOf = (field: string) => new TextEncoder().encode(field).length;
  return [nonce, alg, origin, realm, kid, challenge].map((field) => `${lengthOf(field)}:${field}`).join('');
}
