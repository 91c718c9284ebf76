import { fill, type Texts } from '../pages/texts/texts.ts';
import type { RequestContext } from './context.ts';

/** Says when to try again: to programs by `Retry-After`. @returns the same for people, to stand at the form */
export function askToWait(c: RequestContext, texts: Texts, retryAfterSeconds: number): string {
  const seconds = Math.max(1, Math.ceil(retryAfterSeconds));
  c.header('Retry-After', String(seconds));
  return fill(texts.signin.throttled, { seconds });
}
