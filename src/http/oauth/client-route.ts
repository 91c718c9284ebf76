import { addressOf } from '../address.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import type { Services } from '../services.ts';
import { LIMIT_PERIOD_SECONDS } from '../sign-in.ts';

/** Counts a request of an address. @returns why it is refused, if it is one too many */
export async function countRequest(
  c: RequestContext,
  limit: keyof Services['limits'],
): Promise<Refusal | undefined> {
  const { success } = await c.get('services').limits[limit].limit({ key: addressOf(c) });
  return success ? undefined : { reason: 'throttled', retryAfterSeconds: LIMIT_PERIOD_SECONDS };
}
