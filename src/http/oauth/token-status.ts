import { isOwnClient, wasThere } from '../../core/oauth/client.ts';
import { type AccessTokenClaims, isUserClaims, verifyAccessToken } from '../../core/tokens/access-token.ts';
import type { RefreshToken } from '../../core/tokens/refresh-token.ts';
import type { RequestContext } from '../context.ts';

/** A token that a client presented, whatever kind it is. */
export type ReadToken =
  | { kind: 'access'; claims: AccessTokenClaims }
  | { kind: 'refresh'; token: RefreshToken }
  | { kind: 'none' };

/** Reads an access or a refresh token of ours, for whomever it is. The two can't be mistaken for one another, so no hint is needed. */
export async function readToken(c: RequestContext, text: string): Promise<ReadToken> {
  const { keys, refreshTokens, settings } = c.get('services');
  const refresh = await refreshTokens.open(text, c.get('now'));
  if (refresh.ok) return { kind: 'refresh', token: refresh.token };
  const oldestSeconds = settings.refreshAbsoluteTtlSeconds + settings.keyPeriodSeconds;
  const expectation = { issuer: c.get('issuer'), audience: undefined, oldestSeconds };
  const access = await verifyAccessToken(text, keys, expectation, c.get('now'));
  return access.ok ? { kind: 'access', claims: access.claims } : { kind: 'none' };
}

/** Whether the client that a token was issued to is there: one that was removed leaves sessions behind in its users' guards. */
export async function hasClient(c: RequestContext, claims: AccessTokenClaims): Promise<boolean> {
  const { client_id: clientId, iat } = claims;
  return isOwnClient(clientId) || wasThere(await c.get('services').clients.find(clientId), iat);
}

/** Whether the session behind a token lives, and its client is there. */
export async function isActive(c: RequestContext, read: ReadToken): Promise<boolean> {
  const { accounts } = c.get('services');
  switch (read.kind) {
    case 'none':
      return false;
    case 'refresh':
      return accounts.isCurrent(read.token.username, read.token.sid, read.token.generation);
    case 'access':
      return (
        (await hasClient(c, read.claims)) &&
        (!isUserClaims(read.claims) || accounts.isLive(read.claims.sub, read.claims.sid))
      );
  }
}
