import type {
  Grant,
  RefreshOutcome,
  RefreshRequest,
  ReusedSession,
  SessionRequest,
  SessionView,
} from '../../core/account/accounts.ts';
import { decide, type RotationPolicy } from '../../core/account/rotation.ts';
import { isOver, restoreSession, type Session } from '../../core/account/session.ts';
import { nextSessionNumber, parseSessionNumber, type SessionId } from '../../core/account/session-id.ts';
import type { SessionRecord } from '../../core/account/session-record.ts';
import { lastTokenEnd, type StatusIndex } from '../../core/status/status-list.ts';
import { isBelieved } from './believed.ts';
import type { Account, GuardStorage } from './guard-storage.ts';
import { grantOf, openSession } from './opened-session.ts';
import type { SessionEndings } from './session-endings.ts';

export type SessionPolicy = RotationPolicy & {
  refreshAbsoluteTtlSeconds: number;
  accessTokenTtlSeconds: number;
};

const MOST_SESSIONS = 1_000;

/**
 * One user's sessions in the guard's storage. All of it is synchronous: what a method does is one transaction as far as
 * the guard's callers can see, and nobody comes in between. `now`: epoch seconds.
 */
export class AccountSessions {
  readonly #storage: GuardStorage;
  readonly #policy: SessionPolicy;
  readonly #endings: SessionEndings;

  constructor(storage: GuardStorage, policy: SessionPolicy, endings: SessionEndings) {
    this.#storage = storage;
    this.#policy = policy;
    this.#endings = endings;
  }

  /**
   * A user's first moment here. Tokens from before it are of sessions that have ended: unless the user is new, a put of
   * a life that this object has forgotten may still show them.
   */
  create(username: string, now: number, isNewUser: boolean): Account {
    return this.#keep({
      username,
      // Not below: an earlier life may have ended what was opened in this very second, by that number.
      highest: isNewUser ? Math.floor(now) - 1 : Math.floor(now),
      gap: undefined,
      credentialsVersion: 0,
      recorded: { highest: 0, heldUntil: 0 },
      missing: undefined,
      // A guard that lost its storage may have sent a delete that has yet to land: it must not pass for an operator's.
      deletingSince: isNewUser ? undefined : now,
      livenessChangedAt: isNewUser ? undefined : now,
      intent: undefined,
    });
  }

  /** Goes on from the record after the storage was lost. What was opened since the record was written is believed. */
  restore(username: string, record: SessionRecord, now: number): void {
    const account = this.create(username, now, false);
    this.#keep({ ...account, highest: record.highest, gap: { from: record.highest, until: undefined } });
    for (const session of record.sessions) this.#storage.putSession(session);
  }

  record(): SessionRecord {
    return { highest: this.#storage.account()?.highest ?? 0, sessions: this.#storage.sessions() };
  }

  open(account: Account, request: SessionRequest, status: StatusIndex, now: number): Grant {
    const highest = nextSessionNumber(account.highest, now);
    const session = openSession(highest, request, status, Math.floor(now), this.#policy);
    const grant = this.mint(session, now);
    if (request.replaces !== undefined) this.#replace(request.replaces, session.sid);
    this.#keep({
      ...account,
      highest,
      credentialsVersion: request.credentialsVersion,
      gap: account.gap && { ...account.gap, until: account.gap.until ?? highest },
    });
    return grant;
  }

  /** Keeps a session for which a pair is made, and until when its access tokens live. */
  mint(session: Session, now: number): Grant {
    const { tokensUntil = 0 } = session;
    const expiresAt = Math.floor(now) + this.#policy.accessTokenTtlSeconds;
    this.#storage.putSession({ ...session, tokensUntil: Math.max(tokensUntil, expiresAt) });
    return grantOf(session);
  }

  /**
   * Decides about a refresh token and keeps what was decided. A rotation reads one row and writes one, so it needs no transaction.
   *
   * @returns `isHeld`: false for a session that was only believed until now
   */
  refresh(
    account: Account,
    request: RefreshRequest,
    now: number,
  ): { outcome: RefreshOutcome; isHeld: boolean } {
    const held = this.#storage.session(request.facts.sid);
    return { outcome: this.#present(account, held, request, now), isHeld: held !== undefined };
  }

  #present(
    account: Account,
    held: Session | undefined,
    request: RefreshRequest,
    now: number,
  ): RefreshOutcome {
    const { facts, place, generation } = request;
    const session =
      held ??
      (isBelieved(this.#storage, account, facts.sid)
        ? restoreSession(facts, generation, place, now)
        : undefined);
    const outcome = decide(session, { ...request, expiresAt: request.validUntil }, this.#policy, now);
    switch (outcome.kind) {
      case 'rotated':
      case 'repeated': {
        const next = { ...outcome.session, jti: crypto.randomUUID() };
        const grant = held
          ? this.mint(next, now)
          : this.#storage.transaction(() => this.#admit(account, next, now));
        return { kind: outcome.kind, grant };
      }
      case 'reused': {
        const first = outcome.firstUse?.place;
        const found = { endedAt: Math.floor(now), ...(first && { first }), second: place };
        this.#storage.transaction(() => this.#endings.endReused(account, facts, found, now));
        return outcome;
      }
      case 'unknown': {
        const isDiscovered = this.#storage.ended(facts.sid)?.reason === 'reused';
        return isDiscovered ? { kind: 'unknown', because: 'reused' } : outcome;
      }
      default:
        return outcome;
    }
  }

  isLive(account: Account, sid: SessionId, now: number): boolean {
    const session = this.#storage.session(sid);
    return session ? !isOver(session, now) : isBelieved(this.#storage, account, sid);
  }

  isCurrent(account: Account, sid: SessionId, generation: number, now: number): boolean {
    const session = this.#storage.session(sid);
    if (!session || session.restored) return this.isLive(account, sid, now);
    return !isOver(session, now) && session.generation === generation;
  }

  list(now: number): SessionView[] {
    return this.#storage
      .sessions()
      .filter((session) => !isOver(session, now))
      .map(({ sid, place, clientId, openedAt, lastUsedAt, credential }) => ({
        ...{ sid, place, clientId, openedAt, lastUsedAt },
        ...(credential !== undefined && { credential }),
      }));
  }

  listReused(): ReusedSession[] {
    return this.#storage
      .allEnded()
      .flatMap(({ sid, ended }) => (ended.found ? [{ sid, ...ended.found }] : []))
      .toSorted((a, b) => b.endedAt - a.endedAt);
  }

  /** Forgets what is over. @returns whether a session was among it */
  prune(now: number): boolean {
    const over = this.#storage.sessions().filter((session) => isOver(session, now));
    for (const { sid } of over) this.#storage.removeSession(sid);
    this.#storage.forgetRedeemedCodes(now);
    for (const { sid, ended } of this.#storage.allEnded()) {
      if (now >= ended.forgetAt) this.#storage.removeEnded(sid);
    }
    return over.length > 0;
  }

  /**
   * Makes room for one more session. A script that signs in every ten minutes, or an app that starts anew with each page, leaves
   * sessions for which nobody came back once their access token was over: the oldest such one is forgotten, of the client that
   * has the most sessions, so that no client crowds another one out.
   *
   * @returns false if there is none: to end another one would sign an honest client out
   */
  makeRoom(now: number): boolean {
    if (this.#storage.countSessions() < MOST_SESSIONS) return true;
    const byClient = Map.groupBy(this.#storage.sessions(), ({ clientId }) => clientId);
    const crowd = [...byClient.values()].reduce((most, each) => (each.length > most.length ? each : most));
    const { accessTokenTtlSeconds } = this.#policy;
    const areTokensOver = ({ lastUsedAt, tokensUntil }: Session) =>
      now >= lastTokenEnd(lastUsedAt, accessTokenTtlSeconds, tokensUntil);
    const [left] = crowd
      .filter((each) => each.generation === 0 && areTokensOver(each))
      .toSorted((a, b) => a.openedAt - b.openedAt);
    if (left) this.#storage.removeSession(left.sid);
    return left !== undefined;
  }

  /** @returns when the next thing here is over, epoch seconds; infinity if there is nothing */
  nextEnd(): number {
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...this.#storage.sessions().map((session) => Math.min(session.idleExpiresAt, session.expiresAt)),
      ...this.#storage.allEnded().map(({ ended }) => ended.forgetAt),
    );
  }

  #keep(account: Account): Account {
    this.#storage.putAccount(account);
    return account;
  }

  /** A session that was only believed until now counts from here on, so that all that ends sessions by number ends it too. */
  #admit(account: Account, session: Session, now: number): Grant {
    const highest = Math.max(account.highest, parseSessionNumber(session.sid) ?? 0);
    this.#keep({ ...account, highest, livenessChangedAt: now });
    return this.mint(session, now);
  }

  #replace(earlier: SessionId, parent: SessionId): void {
    for (const session of this.#storage.sessions().filter((each) => each.parent === earlier))
      this.#storage.putSession({ ...session, parent });
    this.#storage.removeSession(earlier);
  }
}
