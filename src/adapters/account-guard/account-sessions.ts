import type {
  Grant,
  Redemption,
  RefreshOutcome,
  RefreshRequest,
  ReusedSession,
  SessionView,
  SignIn,
} from '../../core/account/accounts.ts';
import { decide, type RotationPolicy } from '../../core/account/rotation.ts';
import { isOver, restoreSession, type Session } from '../../core/account/session.ts';
import { nextSessionNumber, parseSessionNumber, type SessionId } from '../../core/account/session-id.ts';
import type { SessionRecord } from '../../core/account/session-record.ts';
import { hasScope } from '../../core/oauth/scope.ts';
import type { StatusIndex } from '../../core/status/status-list.ts';
import type { Account, EndedSession, GuardStorage } from './guard-storage.ts';
import { grantOf, openSession } from './opened-session.ts';
import type { RevocationOutbox } from './revocation-outbox.ts';

export type SessionPolicy = RotationPolicy & { refreshAbsoluteTtlSeconds: number };

/**
 * One user's sessions in the guard's storage. All of it is synchronous: what a method does is one transaction as far as
 * the guard's callers can see, and nobody comes in between. `now`: epoch seconds.
 */
export class AccountSessions {
  readonly #storage: GuardStorage;
  readonly #policy: SessionPolicy;
  readonly #outbox: RevocationOutbox;

  constructor(storage: GuardStorage, policy: SessionPolicy, outbox: RevocationOutbox) {
    this.#storage = storage;
    this.#policy = policy;
    this.#outbox = outbox;
  }

  /**
   * A user's first moment here. Tokens from before it are of sessions that have ended: unless the user is new, a put of
   * a life that this object has forgotten may still show them.
   */
  create(username: string, now: number, isNewUser: boolean): Account {
    return this.#keep({
      username,
      highest: Math.floor(now) - 1,
      gap: undefined,
      credentialsVersion: 0,
      recorded: { highest: 0, heldUntil: 0 },
      missing: undefined,
      // A guard that lost its storage may have sent a delete that has yet to land: it must not pass for an operator's.
      deletingSince: isNewUser ? undefined : now,
      endedAt: isNewUser ? undefined : now,
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

  open(account: Account, request: SignIn, status: StatusIndex, now: number): Grant {
    const highest = nextSessionNumber(account.highest, now);
    const session = openSession(highest, request, status, Math.floor(now), this.#policy);
    this.#storage.putSession(session);
    if (request.replaces !== undefined) this.#replace(request.replaces, session.sid);
    this.#keep({
      ...account,
      highest,
      credentialsVersion: request.credentialsVersion,
      gap: account.gap && { ...account.gap, until: account.gap.until ?? highest },
    });
    return grantOf(session);
  }

  /**
   * What a code that was presented before leads to: its session ends. A repeat by the attempt that redeemed it, before
   * the session's first token was used, is that attempt again and gets the same grant.
   *
   * @returns `undefined` for a code that is presented for the first time
   */
  redeemAgain(
    account: Account,
    { codeId, keyHash, signIn }: Redemption,
    now: number,
  ): Grant | 'reused' | undefined {
    const code = this.#storage.redeemedCode(codeId);
    if (!code) return undefined;
    const session = this.#storage.session(code.sid);
    const isRepeat = keyHash !== undefined && keyHash === code.keyHash;
    if (isRepeat && session?.generation === 0) return grantOf(session);
    this.#end(account, code, now, { endedAt: Math.floor(now), second: signIn.place });
    return 'reused';
  }

  /** Opens the session that a code stands for, and keeps that it did. */
  redeem(
    account: Account,
    { codeId, expiresAt, keyHash, signIn }: Redemption,
    status: StatusIndex,
    now: number,
  ): Grant {
    const grant = this.open(account, signIn, status, now);
    const code = { sid: grant.sid, ...(keyHash !== undefined && { keyHash }), forgetAt: expiresAt };
    this.#storage.putRedeemedCode(codeId, code);
    return grant;
  }

  /** Decides about a refresh token and keeps what was decided. A rotation writes one row. */
  refresh(account: Account, request: RefreshRequest, now: number): RefreshOutcome {
    const { facts, place, generation } = request;
    const held = this.#storage.session(facts.sid);
    const session =
      held ??
      (this.#isBelieved(account, facts.sid) ? restoreSession(facts, generation, place, now) : undefined);
    const outcome = decide(session, { ...request, expiresAt: request.validUntil }, this.#policy, now);
    switch (outcome.kind) {
      case 'rotated':
      case 'repeated': {
        const next = { ...outcome.session, jti: crypto.randomUUID() };
        this.#storage.putSession(next);
        this.#noteNumber(held ? account : this.#keep({ ...account, endedAt: now }), facts.sid);
        return { kind: outcome.kind, grant: grantOf(next) };
      }
      case 'reused':
        this.#end(account, facts, now, {
          endedAt: Math.floor(now),
          ...(outcome.firstUse?.place && { first: outcome.firstUse.place }),
          second: place,
        });
        return outcome;
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
    return session ? !isOver(session, now) : this.#isBelieved(account, sid);
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
      .map(({ sid, place, clientId, openedAt, lastUsedAt }) => ({
        sid,
        place,
        clientId,
        openedAt,
        lastUsedAt,
      }));
  }

  listReused(): ReusedSession[] {
    return this.#storage
      .allEnded()
      .flatMap(({ sid, ended }) => (ended.found ? [{ sid, ...ended.found }] : []))
      .toSorted((a, b) => b.endedAt - a.endedAt);
  }

  /**
   * @param session `status`: what its token says, for a session that is only believed
   * @returns false if there was no such session
   */
  end(account: Account, session: Ending, now: number): boolean {
    const { sid } = session;
    const isThere = this.#storage.session(sid) !== undefined || this.#isBelieved(account, sid);
    if (isThere) this.#end(account, session, now);
    return isThere;
  }

  endAll(account: Account, now: number): void {
    const highest = Math.max(account.highest, Math.floor(now));
    this.#keep({ ...this.endUpTo(highest, account, now), highest });
  }

  /**
   * Ends every session up to a number, but one. Of what was opened out of our sight, only that one is believed any more.
   *
   * @returns the account, for the caller to keep
   */
  endUpTo(highest: number, account: Account, now: number, keep?: SessionId): Account {
    for (const session of this.#storage.sessions()) {
      const { sid } = session;
      if (sid !== keep && (parseSessionNumber(sid) ?? 0) <= highest) this.#remove(session, now);
    }
    const number = keep !== undefined && isInGap(account, keep) ? parseSessionNumber(keep) : undefined;
    const gap = number === undefined ? undefined : { from: number - 1, until: number + 1 };
    return { ...account, gap, endedAt: now };
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

  count(): number {
    return this.#storage.countSessions();
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
  #noteNumber(account: Account, sid: SessionId): void {
    const number = parseSessionNumber(sid) ?? 0;
    if (number > account.highest) this.#keep({ ...account, highest: number });
  }

  #isBelieved(account: Account, sid: SessionId): boolean {
    return isInGap(account, sid) && this.#storage.ended(sid) === undefined;
  }

  /** It leaves no trace but where its token would otherwise be believed, or its user should be told why. */
  #end(account: Account, ending: Ending, now: number, found?: EndedSession['found']): void {
    const { sid } = ending;
    this.#remove(ending, now);
    this.#keep({ ...account, endedAt: now });
    this.#endDescendants(account, sid, now);
    if (!found && !isInGap(account, sid)) return;
    const forgetAt = Math.ceil(now) + this.#policy.refreshAbsoluteTtlSeconds;
    this.#storage.putEnded(sid, { reason: found ? 'reused' : 'ended', forgetAt, ...(found && { found }) });
  }

  /** Those with `offline_access` go on, but their clients learn that the user signed out. */
  #endDescendants(account: Account, parent: SessionId, now: number): void {
    for (const session of this.#storage.sessions().filter((each) => each.parent === parent)) {
      if (hasScope(session.scope, 'offline_access')) this.#note(session, now);
      else this.#end(account, session, now);
    }
  }

  #replace(earlier: SessionId, parent: SessionId): void {
    for (const session of this.#storage.sessions().filter((each) => each.parent === earlier))
      this.#storage.putSession({ ...session, parent });
    this.#storage.removeSession(earlier);
  }

  #remove(ending: Ending, now: number): void {
    const session = this.#storage.session(ending.sid);
    if (session) this.#note(session, now);
    this.#outbox.add(session ?? ending);
    this.#storage.removeSession(ending.sid);
  }

  #note({ sid, clientId, logoutIssuer: issuer }: Session, now: number): void {
    if (issuer === undefined) return;
    this.#storage.putNotice(sid, { clientId, issuer, endedAt: Math.floor(now), tries: 0, dueAt: now });
  }
}

/** A session that ends, and its place in the status lists as far as the caller knows it. */
type Ending = { sid: SessionId; status?: StatusIndex | undefined };

function isInGap({ gap }: Account, sid: SessionId): boolean {
  const number = parseSessionNumber(sid) ?? 0;
  return gap !== undefined && number > gap.from && number < (gap.until ?? Number.POSITIVE_INFINITY);
}
