import type { Instant } from './lifetime.ts';
import type { Pair } from './pair-book.ts';
import { type Held, hold, type Tab } from './tab.ts';

/** A token response (RFC 6749 section 5.1) with the pair that it stands for. */
export type Tokens = Pair & { access_token: string; expires_in: number; refresh_token?: string };

/** @param since when the tokens were asked for */
export function toHeld(tokens: Tokens, since: Instant): Held {
  const {
    access_token: token,
    expires_in: seconds,
    refresh_token: refreshToken,
    session,
    generation,
  } = tokens;
  return { session, generation, username: usernameOf(token), token, since, seconds, refreshToken };
}

/** Goes on with new tokens, and lets the other tabs do so; a refresh token stays here. */
export function share(tab: Tab, held: Held, isSignIn: boolean): void {
  hold(tab, held);
  if (tab.isCookie) tab.send({ held, isSignIn });
}

/** The user behind an access token; whether it is good, only its audience can tell. */
function usernameOf(token: string): string {
  const payload = token.split('.')[1] ?? '';
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub;
}
