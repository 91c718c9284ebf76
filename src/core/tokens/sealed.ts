import { CompactEncrypt, errors, type JWTPayload, jwtDecrypt } from 'jose';
import { isCompact } from './compact.ts';
import { encodeClaims } from './signed.ts';

/** Longer than any token of ours; what is longer is refused before it is looked at. */
export const LONGEST_TOKEN = 4_096;

/** `dir` with A256CBC-HS512 (RFC 7518 sections 4.5 and 5.2.5): no nonce limit that a busy key could reach. */
export const SEALING = { alg: 'dir', enc: 'A256CBC-HS512' } as const;

export type UnsealRefusal = 'too_long' | 'malformed' | 'forged' | 'expired';
export type UnsealOutcome = { ok: true; claims: JWTPayload } | { ok: false; reason: UnsealRefusal };

/** Seals claims into a JWE (RFC 7516) that only the issuer can read. `key`: 64 bytes. */
export function seal(claims: JWTPayload, key: Uint8Array, kid: string): Promise<string> {
  return new CompactEncrypt(encodeClaims(claims)).setProtectedHeader({ ...SEALING, kid }).encrypt(key);
}

/** @returns whether a text can be a sealed token at all, without any cryptography */
export function looksSealed(text: string, longest: number = LONGEST_TOKEN): UnsealRefusal | undefined {
  if (text.length > longest) return 'too_long';
  return isCompact(text, 5) ? undefined : 'malformed';
}

/** Opens a sealed token with the first key that fits. `now`: epoch seconds. */
export async function unseal(text: string, keys: readonly Uint8Array[], now: number): Promise<UnsealOutcome> {
  for (const key of keys) {
    const opened = await decrypt(text, key, now);
    if (opened.ok || opened.reason !== 'forged') return opened;
  }
  return { ok: false, reason: 'forged' };
}

async function decrypt(text: string, key: Uint8Array, now: number): Promise<UnsealOutcome> {
  try {
    const { payload } = await jwtDecrypt(text, key, {
      keyManagementAlgorithms: [SEALING.alg],
      contentEncryptionAlgorithms: [SEALING.enc],
      currentDate: new Date(now * 1_000),
    });
    return { ok: true, claims: payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { ok: false, reason: 'expired' };
    if (error instanceof errors.JWEDecryptionFailed) return { ok: false, reason: 'forged' };
    if (error instanceof errors.JOSEError) return { ok: false, reason: 'malformed' };
    throw error;
  }
}
