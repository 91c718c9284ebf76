import { addressOf } from '../address.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import type { Route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { Services } from '../services.ts';
import { LIMIT_PERIOD_SECONDS } from '../sign-in.ts';

/** What every endpoint answers at which clients authenticate. */
export const CLIENT_ANSWERS: Route['answers'] = {
  400: { description: 'Refused (RFC 6749 section 5.2)', body: schemas.problem },
  401: { description: 'The client could not be authenticated', body: schemas.problem },
  429: { description: 'Too many requests', body: schemas.problem },
};

/** Counts a request of an address. @returns why it is refused, if it is one too many */
export async function countRequest(
  c: RequestContext,
  limit: keyof Services['limits'],
): Promise<Refusal | undefined> {
  const { success } = await c.get('services').limits[limit].limit({ key: addressOf(c) });
  return success ? undefined : { reason: 'throttled', retryAfterSeconds: LIMIT_PERIOD_SECONDS };
}
