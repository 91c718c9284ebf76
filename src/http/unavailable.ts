import type { Unavailable } from '../core/unavailable.ts';
import type { RequestContext } from './context.ts';

/** Logs what could not be asked, and why: the client only learns when to come again. */
export function noteUnavailable(c: RequestContext, error: Unavailable): void {
  c.get('services').log({ event: 'unavailable', what: error.message, cause: String(error.cause) });
}
