import { base64url, calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningKey } from './derivation.ts';

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). */
const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
/** RFC 7518 section 3.3: 2048 bits or more; PKCS#8 of such a key is never shorter. */
const SHORTEST_BYTES = 1_190;
/** The object identifier `rsaEncryption` (RFC 8017 appendix A.1), in DER. */
const RSA_ENCRYPTION = '06092a864886f70d010101';

/**
 * Reads an `RSA_KEY`: base64url of a PKCS#8 private key (RFC 5208, DER) of 2048 bits or more.
 *
 * @returns the bytes, or `undefined` if the text is not such a key
 */
export function parseRsaKey(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof text !== 'string' || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const bytes = new Uint8Array(base64url.decode(text));
    return isRsaPkcs8(bytes) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** An outer SEQUENCE (two bytes of length) as long as the text says, that names rsaEncryption near its start. */
function isRsaPkcs8(bytes: Uint8Array): boolean {
  const [tag, form, high = 0, low = 0] = bytes;
  if (tag !== 0x30 || form !== 0x82 || bytes.length !== 4 + high * 256 + low) return false;
  const start = Array.from(bytes.slice(4, 24), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length >= SHORTEST_BYTES && start.includes(RSA_ENCRYPTION);
}

/** Makes a signing key pair of a PKCS#8 key. @throws if the key is damaged */
export async function importRsaKey(pkcs8: Uint8Array<ArrayBuffer>): Promise<SigningKey> {
  const extractable = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']);
  const { kty, n, e } = (await crypto.subtle.exportKey('jwk', extractable)) as JsonWebKey;
  const publicPart = { kty, n, e } as JsonWebKey;
  const kid = await calculateJwkThumbprint(publicPart as JWK, 'sha256');
  return {
    alg: 'RS256',
    kid,
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', publicPart, ALGORITHM, true, ['verify']),
    publicJwk: { ...(publicPart as JWK), kid, alg: 'RS256', use: 'sig' },
  };
}
