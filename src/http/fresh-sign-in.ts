import type { Access, RequestContext } from './context.ts';
import type { Refusal } from './refusal.ts';
import { checkPassword } from './sign-in.ts';

/** How fresh a sign-in must be to change credentials without the current password: a stolen access token must not become a lasting one. */
const FRESH_SIGN_IN_SECONDS = 300;

/** @returns the version of the credentials under which they may be changed, or why they may not */
export async function credentialsVersionFor(
  c: RequestContext,
  access: Access,
  current: string | undefined,
): Promise<number | Refusal> {
  if (current === undefined) {
    if (c.get('now') - access.auth_time >= FRESH_SIGN_IN_SECONDS) return { reason: 'stale_sign_in' };
    const user = await c.get('services').directory.find(access.sub);
    return user ? user.credentialsVersion : { reason: 'wrong_credentials' };
  }
  const outcome = await checkPassword(c, access.sub, current);
  switch (outcome.kind) {
    case 'right':
      return outcome.user.credentialsVersion;
    case 'wrong':
      return { reason: 'wrong_credentials' };
    case 'throttled':
      return { reason: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds };
  }
}
