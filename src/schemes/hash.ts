import { createHash } from 'node:crypto';

/** By Node's names. SHA-512/256 starts from other values than SHA-512 (FIPS 180-4), and is no part of WebCrypto. */
export type HashName = 'sha256' | 'sha512' | 'sha512-256';

/** The platform's own hash functions, at once rather than by a promise. A text is hashed in UTF-8. */
export function hash(name: HashName, data: string | Uint8Array): Uint8Array {
  return createHash(name).update(data).digest();
}
