import type { Instant } from './lifetime.ts';
import type { Pair } from './pair-book.ts';

/** The access token in use, and what it stands for. */
export type Held = Pair & {
  username: string;
  token: string;
  /** When it was asked for: not later than its life began, by whatever clock. */
  since: Instant;
  /** Its whole life. */
  seconds: number;
  /** With the memory transport only. */
  refreshToken?: string | undefined;
};

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

/** The user behind an access token; whether it is good, only its audience can tell. */
function usernameOf(token: string): string {
  const payload = token.split('.')[1] ?? '';
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub;
}
