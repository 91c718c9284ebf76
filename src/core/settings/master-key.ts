import { base64url } from 'jose';

const SHORTEST_KEY_BYTES = 32;

/**
 * Reads a `MASTER_KEY`: base64url (RFC 4648 section 5) of at least 32 random bytes.
 *
 * @returns the bytes, or `undefined` if the text is not such a key
 */
export function parseMasterKey(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof text !== 'string' || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const bytes = new Uint8Array(base64url.decode(text));
    return bytes.length >= SHORTEST_KEY_BYTES ? bytes : undefined;
  } catch {
    return undefined;
  }
}
