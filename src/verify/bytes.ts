import { base64url } from 'jose';
import { isCanonicalEnd } from '../core/tokens/compact.ts';

/**
 * What a token's parts are decoded into, and what is signed is encoded into: memory of their own would cost more than the work.
 * Nothing may wait between the filling and the use: the next token is written over it. WebCrypto copies what it is handed
 * before it returns (Web Cryptography API section 14.3.4).
 */
const PLACE_BYTES = 8_192;
const decoded = new Uint8Array(PLACE_BYTES) as Decodable;
const encoded = new Uint8Array(PLACE_BYTES);
const encoder = new TextEncoder();
const FOREIGN = /[^\w-]/;

type Decodable = Uint8Array<ArrayBuffer> & {
  /** ECMAScript's own, which is not everywhere yet. */
  setFromBase64?: (text: string, options: { alphabet: 'base64url' }) => { written: number };
};

/**
 * Decodes base64url strictly: what stands for nothing (spaces, padding, unused bits) is refused.
 *
 * @returns the bytes, good until the next call; `undefined` if the text has another spelling
 * @see RFC 7515 section 2, RFC 4648 section 3.5
 */
export function decodeBriefly(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!isCanonicalEnd(text.length, text.charAt(text.length - 1))) return undefined;
  if (!decoded.setFromBase64 || text.length > PLACE_BYTES)
    return FOREIGN.test(text) ? undefined : (base64url.decode(text) as Uint8Array<ArrayBuffer>);
  try {
    const { written } = decoded.setFromBase64(text, { alphabet: 'base64url' });
    // A decoder passes over spaces, and over padding: then there is less than the length says.
    return written === Math.floor((text.length * 3) / 4) ? decoded.subarray(0, written) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @returns the bytes of the first characters of a text of ASCII, good until the next call. Of another text they are as many, and not
 * all ASCII: no issuer has signed them
 */
export function encodeBriefly(text: string, length: number): Uint8Array<ArrayBuffer> {
  if (text.length > PLACE_BYTES) return encoder.encode(text.slice(0, length)) as Uint8Array<ArrayBuffer>;
  encoder.encodeInto(text, encoded);
  return encoded.subarray(0, length);
}
