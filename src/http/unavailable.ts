import { Unavailable } from '../core/unavailable.ts';
import type { RequestContext } from './context.ts';

/**
 * Logs what could not be asked, and why: the client only learns when to come again.
 *
 * @throws an error that is of another kind
 */
export function noteUnavailable(c: RequestContext, error: unknown): asserts error is Unavailable {
  if (!(error instanceof Unavailable)) throw error;
  c.get('services').log({ event: 'unavailable', what: error.message, cause: String(error.cause) });
}
