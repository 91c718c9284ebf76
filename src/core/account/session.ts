import type { StatusIndex } from '../status/status-list.ts';
import type { SessionId } from './session-id.ts';

/** Where a request came from, as far as its user may be told. */
export type Place = {
  /** For example `Chrome on macOS`. */
  device: string;
  /** ISO 3166-1 alpha-2, or empty where it is not known. */
  country: string;
};

/** What a session is from its first moment to its last. A refresh token carries it, so that a session can be restored from one. */
export type SessionFacts = {
  sid: SessionId;
  clientId: string;
  scope: string;
  /** Authentication methods (RFC 8176). */
  amr: readonly string[];
  /** When the user signed in, epoch seconds. */
  authTime: number;
  /** The web origin that opened it, if its refresh token travels in a cookie; empty for a cookie jar that is no browser's. */
  origin?: string;
  /** The absolute end, epoch seconds. */
  expiresAt: number;
  /** The sign-in to the issuer's pages that it came from: it ends with that, unless its scope has `offline_access`. */
  parent?: SessionId;
  /** What its access tokens may be for (RFC 8707), if not the issuer's own audience. */
  resources?: readonly string[];
  /** Its client is told when it ends, by a logout token of this issuer (OpenID Connect Back-Channel Logout). */
  logoutIssuer?: string;
  /** RFC 7638 thumbprint of the key without which its refresh tokens are good for nothing (RFC 9449 section 5). */
  thumbprint?: string;
  /** The credential that opened it, if not the password, by the name its user knows: it ends with that. */
  credential?: string;
  /** Its place in the status lists; absent in sessions from before there were any. */
  status?: StatusIndex;
};

/** A generation that was presented, and the attempt that did it. */
export type SpentGeneration = {
  generation: number;
  /** Hash of the attempt's `Idempotency-Key`; absent where it had none. */
  keyHash?: string;
  /** Epoch seconds; 0 where it is not known (restored from the record). */
  spentAt: number;
  place?: Place;
};

export type Session = SessionFacts & {
  /** The generation of the current refresh token, from 0. */
  generation: number;
  /** The newest minting of the current token. */
  jti: string;
  /** Oldest first. */
  spent: readonly SpentGeneration[];
  openedAt: number;
  lastUsedAt: number;
  /** When it ends unless it is used, epoch seconds; never after `expiresAt`. */
  idleExpiresAt: number;
  /** When the last of its access tokens expires, epoch seconds: an earlier one may live longest. Absent where that was not kept. */
  tokensUntil?: number;
  place: Place;
  /** Its guard lost its storage: tokens ahead of it may be about. */
  restored: boolean;
};

export type SessionLimits = { refreshIdleTtlSeconds: number };

/** @returns when a session that is used at `now` ends if it is not used again, epoch seconds */
export function idleEnd(
  session: Pick<SessionFacts, 'expiresAt'>,
  now: number,
  limits: SessionLimits,
): number {
  return Math.min(Math.floor(now) + limits.refreshIdleTtlSeconds, session.expiresAt);
}

export function isOver(session: Pick<Session, 'idleExpiresAt' | 'expiresAt'>, now: number): boolean {
  return now >= Math.min(session.idleExpiresAt, session.expiresAt);
}

/** Puts a session together from an authentic token that its guard has never seen or no longer knows. */
export function restoreSession(facts: SessionFacts, generation: number, place: Place, now: number): Session {
  return {
    ...facts,
    generation,
    jti: '',
    spent: [],
    openedAt: facts.authTime,
    lastUsedAt: Math.floor(now),
    // A record may lag behind the token that moved the end: only the absolute end is sure.
    idleExpiresAt: facts.expiresAt,
    place,
    restored: true,
  };
}
