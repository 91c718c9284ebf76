import type { Grant, SessionRequest } from '../../core/account/accounts.ts';
import { idleEnd, type Session, type SessionLimits } from '../../core/account/session.ts';
import { createSessionId } from '../../core/account/session-id.ts';
import type { StatusIndex } from '../../core/status/status-list.ts';

/** A user's new session, its first token not yet presented. `now`: epoch seconds. */
export function openSession(
  number: number,
  request: SessionRequest,
  status: StatusIndex,
  now: number,
  policy: SessionLimits & { refreshAbsoluteTtlSeconds: number },
): Session {
  const { clientId, scope, amr, origin, parent, resources, logoutIssuer, thumbprint, credential, place } =
    request;
  const expiresAt = now + policy.refreshAbsoluteTtlSeconds;
  return {
    sid: createSessionId(number, crypto.randomUUID().replaceAll('-', '').slice(16)),
    ...{ clientId, scope, amr },
    authTime: request.authTime ?? now,
    ...(origin !== undefined && { origin }),
    ...(parent !== undefined && { parent }),
    ...(resources && { resources }),
    ...(logoutIssuer !== undefined && { logoutIssuer }),
    ...(thumbprint !== undefined && { thumbprint }),
    ...(credential !== undefined && { credential }),
    expiresAt,
    status,
    generation: 0,
    jti: crypto.randomUUID(),
    spent: [],
    openedAt: now,
    lastUsedAt: now,
    idleExpiresAt: idleEnd({ expiresAt }, now, policy),
    place,
    restored: false,
  };
}

/** What its current refresh token is made of. */
export function grantOf(session: Session): Grant {
  const {
    spent: _spent,
    openedAt: _opened,
    lastUsedAt: _used,
    place: _place,
    restored: _r,
    tokensUntil: _t,
    ...rest
  } = session;
  const { idleExpiresAt, ...grant } = rest;
  return { ...grant, validUntil: Math.min(idleExpiresAt, grant.expiresAt) };
}
