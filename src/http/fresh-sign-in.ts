import type { Signin } from '../core/tokens/signin-token.ts';
import type { Access, RequestContext } from './context.ts';
import { checkPassword } from './sign-in.ts';

/** Whose credentials they are, and the session that asks: an access token's claims, or a sign-in to the pages. */
export type Holder = Pick<Access, 'sub' | 'sid' | 'auth_time' | 'amr'>;

export function holderOf({ username, sid, authTime, amr }: Signin): Holder {
  return { sub: username, sid, auth_time: authTime, amr: [...amr] };
}

/** Why credentials may not be changed. */
export type CredentialsRefusal =
  | { reason: 'stale_sign_in' | 'wrong_credentials' }
  | { reason: 'throttled'; retryAfterSeconds: number };

/** How fresh a sign-in must be to change credentials without the current password: a stolen access token must not become a lasting one. */
const FRESH_SIGN_IN_SECONDS = 300;
/** A sign-in is dated by the guard, a registration by whoever took the request. */
const CLOCKS_APART_SECONDS = 5;

/** Whether credentials may be changed without the current password. A service's key is no person: whoever has it must not get the account with it. */
export function isFresh(c: RequestContext, holder: Pick<Holder, 'auth_time' | 'amr'>): boolean {
  return c.get('now') - holder.auth_time < FRESH_SIGN_IN_SECONDS && !holder.amr.includes('aws4');
}

/** @returns the version of the credentials under which they may be changed, or why they may not */
export async function credentialsVersionFor(
  c: RequestContext,
  holder: Omit<Holder, 'sid'>,
  current: string | undefined,
): Promise<number | CredentialsRefusal> {
  if (current === undefined) {
    if (!isFresh(c, holder)) return { reason: 'stale_sign_in' };
    const user = await c.get('services').directory.find(holder.sub);
    // A sign-in from before the registration was another user's, of a name that the directory has lost since.
    const isTheirs = user && holder.auth_time + CLOCKS_APART_SECONDS >= user.registeredAt;
    return isTheirs ? user.credentialsVersion : { reason: 'wrong_credentials' };
  }
  const outcome = await checkPassword(c, holder.sub, current);
  switch (outcome.kind) {
    case 'right':
      return outcome.user.credentialsVersion;
    case 'wrong':
      return { reason: 'wrong_credentials' };
    case 'throttled':
      return { reason: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds };
  }
}
