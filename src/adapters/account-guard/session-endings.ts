import type { ReusedSession } from '../../core/account/accounts.ts';
import type { Session } from '../../core/account/session.ts';
import { parseSessionNumber, type SessionId } from '../../core/account/session-id.ts';
import { hasScope } from '../../core/oauth/scope.ts';
import type { StatusIndex } from '../../core/status/status-list.ts';
import { isBelieved, isInGap } from './believed.ts';
import type { Account, EndedSession, GuardStorage } from './guard-storage.ts';
import type { RevocationOutbox } from './revocation-outbox.ts';

/** A session that ends, and its place in the status lists as far as the caller knows it. */
type Ending = { sid: SessionId; status?: StatusIndex | undefined };

const MOST_TOLD = 100;

/** How one user's sessions end before their time, whoever ends them. `now`: epoch seconds. */
export class SessionEndings {
  readonly #storage: GuardStorage;
  readonly #policy: { refreshAbsoluteTtlSeconds: number };
  readonly #outbox: RevocationOutbox;

  constructor(
    storage: GuardStorage,
    policy: { refreshAbsoluteTtlSeconds: number },
    outbox: RevocationOutbox,
  ) {
    this.#storage = storage;
    this.#policy = policy;
    this.#outbox = outbox;
  }

  /**
   * @param session `status`: what its token says, for a session that is only believed
   * @returns false if there was no such session
   */
  end(account: Account, session: Ending, now: number): boolean {
    const { sid } = session;
    const isThere = this.#storage.session(sid) !== undefined || isBelieved(this.#storage, account, sid);
    if (isThere) this.#end(account, session, now);
    return isThere;
  }

  /** Ends a session of which two attempts presented one token or code, and keeps what its user should be told. */
  endReused(account: Account, session: Ending, found: Omit<ReusedSession, 'sid'>, now: number): void {
    this.#end(account, session, now, found);
  }

  endAll(account: Account, now: number): void {
    const highest = Math.max(account.highest, Math.floor(now));
    this.#storage.putAccount({ ...this.endUpTo(highest, account, now), highest });
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
    return { ...account, gap, livenessChangedAt: now };
  }

  /**
   * Ends what these credentials opened, as far as it is known here.
   *
   * @returns the account, for the caller to keep
   */
  endOpenedBy(credentials: readonly string[], account: Account, now: number): Account {
    const opened = this.#storage
      .sessions()
      .filter(({ credential }) => credential !== undefined && credentials.includes(credential));
    for (const session of opened) this.#end(account, session, now);
    return opened.length > 0 ? { ...account, livenessChangedAt: now } : account;
  }

  /** It leaves no trace but where its token would otherwise be believed, or its user should be told why. */
  #end(account: Account, ending: Ending, now: number, found?: EndedSession['found']): void {
    const { sid } = ending;
    this.#remove(ending, now);
    this.#storage.putAccount({ ...account, livenessChangedAt: now });
    this.#endDescendants(account, sid, now);
    if (!found && !isInGap(account, sid)) return;
    const forgetAt = Math.ceil(now) + this.#policy.refreshAbsoluteTtlSeconds;
    this.#storage.putEnded(sid, { reason: found ? 'reused' : 'ended', forgetAt, ...(found && { found }) });
    if (found) this.#forgetTold(account);
  }

  /** Of those that only tell their user something, the newest are kept: a thief, or a broken client, makes hundreds. */
  #forgetTold(account: Account): void {
    const told = this.#storage
      .allEnded()
      .filter(({ sid, ended }) => ended.found && !isInGap(account, sid))
      .toSorted((a, b) => b.ended.forgetAt - a.ended.forgetAt);
    for (const { sid } of told.slice(MOST_TOLD)) this.#storage.removeEnded(sid);
  }

  /** Those with `offline_access` go on, but their clients learn that the user signed out. */
  #endDescendants(account: Account, parent: SessionId, now: number): void {
    for (const session of this.#storage.sessions().filter((each) => each.parent === parent)) {
      if (hasScope(session.scope, 'offline_access')) this.#note(session, now);
      else this.#end(account, session, now);
    }
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
