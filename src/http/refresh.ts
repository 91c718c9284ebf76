import type { RefreshOutcome } from '../core/account/accounts.ts';
import { hashAttempt } from '../core/account/attempt.ts';
import type { RefreshToken } from '../core/tokens/refresh-token.ts';
import type { RequestContext } from './context.ts';
import { placeOf } from './place.ts';
import { chooseCookie, pageOrigin } from './refresh-cookies.ts';
import { refuse } from './refusal.ts';

/** Hands a refresh token to its guard. */
export async function presentRefreshToken(
  c: RequestContext,
  token: RefreshToken,
  key: string | undefined,
): Promise<RefreshOutcome> {
  const { username, generation, jti: _jti, issuedAt: _issuedAt, validUntil, ...facts } = token;
  return c.get('services').accounts.refresh(username, {
    facts,
    generation,
    validUntil,
    ...(key !== undefined && { keyHash: await hashAttempt(token.sid, generation, key) }),
    place: placeOf(c),
  });
}

/** Answers what the guard refused, and logs both uses of a stolen token. */
export async function refuseRefresh(
  c: RequestContext,
  token: RefreshToken,
  outcome: Exclude<RefreshOutcome, { grant: unknown }>,
  isCookie: boolean,
): Promise<Response> {
  const { sid, generation, username } = token;
  switch (outcome.kind) {
    case 'late':
      return refuse(c, { reason: 'superseded', ...(isCookie && (await newestInJar(c, token))) }, { sid });
    case 'expired':
      return refuse(c, { reason: 'session_expired' }, { sid });
    case 'unknown':
      return refuse(c, { reason: outcome.because ? 'session_ended_by_reuse' : 'session_unknown' }, { sid });
    case 'reused':
      c.get('services').log({
        event: 'refresh_token_reused',
        username,
        sid,
        generation,
        first: { ...outcome.firstUse?.place, at: outcome.firstUse?.spentAt },
        second: { ...placeOf(c), at: c.get('now') },
      });
      return refuse(c, { reason: 'refresh_token_reused' }, { sid });
  }
}

/** The pair a late cookie request goes on with. */
async function newestInJar(c: RequestContext, { sid }: RefreshToken) {
  const page = pageOrigin(c);
  const choice = await chooseCookie(c, page.ok ? page.origin : undefined, { session: sid });
  return choice.kind === 'taken' ? { newest: choice.entry.name } : {};
}
