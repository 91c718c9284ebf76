import { faultPage } from '../pages/fault.tsx';
import type { Frame } from '../pages/layout.tsx';
import { fill, type Texts } from '../pages/texts/texts.ts';
import type { RequestContext } from './context.ts';
import { LIMIT_PERIOD_SECONDS } from './sign-in.ts';

/** Says when to try again: to programs by `Retry-After`. @returns the same for people, to stand at the form */
export function askToWait(c: RequestContext, texts: Texts, retryAfterSeconds: number): string {
  const seconds = Math.max(1, Math.ceil(retryAfterSeconds));
  c.header('Retry-After', String(seconds));
  const { throttled, throttledLong } = texts.signin;
  // Two minutes or more, so that each language needs one form.
  return fill(seconds > 60 ? throttledLong : throttled, { seconds, minutes: Math.ceil(seconds / 60) });
}

/** In place of a page that has no form to say it at. */
export function throttledPage(c: RequestContext, frame: Frame): Response | Promise<Response> {
  askToWait(c, frame.texts, LIMIT_PERIOD_SECONDS);
  return faultPage(c, frame, 'tooMany', 429);
}
