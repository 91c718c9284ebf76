import { base64url } from 'jose';

/**
 * What a token's parts are decoded into, and what is signed is encoded into: memory of their own would cost more than the work.
 * Nothing may wait between the filling and the use: the next token is written over it. WebCrypto copies what it is handed
 * before it returns (Web Cryptography API section 14.3.4).
 */
const PLACE_BYTES = 8_192;
const decoded = new Uint8Array(PLACE_BYTES) as Decodable;
const encoded = new Uint8Array(PLACE_BYTES);
const encoder = new TextEncoder();

type Decodable = Uint8Array<ArrayBuffer> & {
  /** ECMAScript's own, which is not everywhere yet. */
  setFromBase64?: (text: string, options: { alphabet: 'base64url' }) => { written: number };
};

/** @returns the bytes, good until the next call; the text must be known to be strict base64url */
export function decodeBriefly(text: string): Uint8Array<ArrayBuffer> {
  if (!decoded.setFromBase64 || text.length > PLACE_BYTES)
    return base64url.decode(text) as Uint8Array<ArrayBuffer>;
  return decoded.subarray(0, decoded.setFromBase64(text, { alphabet: 'base64url' }).written);
}

/** @returns the bytes of the first characters of a text of ASCII, good until the next call */
export function encodeBriefly(text: string, length: number): Uint8Array<ArrayBuffer> {
  if (text.length > PLACE_BYTES) return encoder.encode(text.slice(0, length)) as Uint8Array<ArrayBuffer>;
  encoder.encodeInto(text, encoded);
  return encoded.subarray(0, length);
}
