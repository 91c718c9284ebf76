import { hashAttempt, parseIdempotencyKey } from '../../core/account/attempt.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';

/** Reads the `Idempotency-Key` of a request that presents a code. */
export async function readAttempt(
  c: RequestContext,
  codeId: string,
): Promise<{ ok: true; keyHash: string | undefined } | { ok: false; refusal: Refusal }> {
  const key = readKey(c);
  if (!key.ok || key.key === undefined) return key.ok ? { ok: true, keyHash: undefined } : key;
  return { ok: true, keyHash: await hashAttempt(codeId, 0, key.key) };
}

/** Reads the `Idempotency-Key` as it was sent. */
export function readKey(
  c: RequestContext,
): { ok: true; key: string | undefined } | { ok: false; refusal: Refusal } {
  const header = c.req.header('idempotency-key');
  const key = header === undefined ? undefined : parseIdempotencyKey(header);
  if (header === undefined || key !== undefined) return { ok: true, key };
  const description = 'The Idempotency-Key must have 1 to 255 visible ASCII characters';
  return { ok: false, refusal: { reason: 'bad_request', description } };
}
