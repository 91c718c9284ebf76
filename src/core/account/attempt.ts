import { base64url } from 'jose';
import type { SessionId } from './session-id.ts';

const HASH_BYTES = 12;

/**
 * Reads an `Idempotency-Key`: 1 to 255 visible ASCII characters.
 *
 * @see draft-ietf-httpapi-idempotency-key-header section 2
 */
export function parseIdempotencyKey(text: string): string | undefined {
  return /^[\x21-\x7e]{1,255}$/.test(text) ? text : undefined;
}

/**
 * What is kept of a key: 96 bits of a SHA-256 over the token and the key, so that the same key
 * for another generation is another attempt.
 */
export async function hashAttempt(sid: SessionId, generation: number, key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${sid}-${generation} ${key}`);
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return base64url.encode(new Uint8Array(digest).slice(0, HASH_BYTES));
}
