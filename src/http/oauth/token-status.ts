import { type AccessTokenClaims, isUserClaims, verifyAccessToken } from '../../core/tokens/access-token.ts';
import { openRefreshToken, type RefreshToken } from '../../core/tokens/refresh-token.ts';
import type { RequestContext } from '../context.ts';

/** A token that a client presented, whatever kind it is. */
export type ReadToken =
  | { kind: 'access'; claims: AccessTokenClaims }
  | { kind: 'refresh'; token: RefreshToken }
  | { kind: 'none' };

/** Reads an access or a refresh token of ours, for whomever it is. The two can't be mistaken for one another, so no hint is needed. */
export async function readToken(c: RequestContext, text: string): Promise<ReadToken> {
  const { keys, settings } = c.get('services');
  const refresh = await openRefreshToken(text, keys, c.get('now'));
  if (refresh.ok) return { kind: 'refresh', token: refresh.token };
  const oldestSeconds = settings.refreshAbsoluteTtlSeconds + settings.keyPeriodSeconds;
  const expectation = { issuer: c.get('issuer'), audience: undefined, oldestSeconds };
  const access = await verifyAccessToken(text, keys, expectation, c.get('now'));
  return access.ok ? { kind: 'access', claims: access.claims } : { kind: 'none' };
}

/** Whether the session behind a token lives, or, of a client's own token, whether there still is such a client. */
export async function isActive(c: RequestContext, read: ReadToken): Promise<boolean> {
  const { accounts, clients } = c.get('services');
  switch (read.kind) {
    case 'none':
      return false;
    case 'refresh':
      return accounts.isCurrent(read.token.username, read.token.sid, read.token.generation);
    case 'access':
      return isUserClaims(read.claims)
        ? accounts.isLive(read.claims.sub, read.claims.sid)
        : (await clients.find(read.claims.client_id)) !== undefined;
  }
}
