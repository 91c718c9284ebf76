import { DurableObject } from 'cloudflare:workers';
import type {
  CredentialChange,
  PasswordChange,
  Redemption,
  RedemptionOutcome,
  RefreshOutcome,
  RefreshRequest,
  ReusedSession,
  SessionView,
  SignIn,
  SignInOutcome,
} from '../../core/account/accounts.ts';
import type { Directory } from '../../core/account/directory.ts';
import type { SessionId } from '../../core/account/session-id.ts';
import { parseSessionRecord } from '../../core/account/session-record.ts';
import type { LogoutNotifier } from '../../core/oauth/logout-notifier.ts';
import type { StatusIndex, StatusList } from '../../core/status/status-list.ts';
import type { Clock } from '../clock.ts';
import { AccountSessions, type SessionPolicy } from './account-sessions.ts';
import { type Account, type CredentialsIntent, GuardStorage } from './guard-storage.ts';
import { LogoutNotices } from './logout-notices.ts';
import { RecordWriter } from './record-writer.ts';
import { createRecordSource } from './recorded.ts';
import { RevocationOutbox } from './revocation-outbox.ts';

export type GuardOptions = {
  store: KVNamespace;
  directory: Directory;
  status: StatusList;
  clock: Clock;
  policy: SessionPolicy;
  notifyLogout: LogoutNotifier;
};

/** More sessions than this are not opened: none of the others could be ended without signing an honest client out. */
const MOST_SESSIONS = 1_000;
/** When an interrupted background step is taken up again. */
const SAFETY_ALARM_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 3_600;

/**
 * The one place through which each change of a username's sessions passes. It decides, commits, answers, and then
 * lets `RecordWriter` bring the KV record up to date. Its delays are alarms, never timers, so that it can hibernate.
 */
export class AccountGuard<Env> extends DurableObject<Env> {
  readonly #options: GuardOptions;
  readonly #storage: GuardStorage;
  readonly #sessions: AccountSessions;
  readonly #notices: LogoutNotices;
  readonly #outbox: RevocationOutbox;
  #writer: RecordWriter | undefined;
  /** When the next alarm goes off, epoch seconds; undefined while that isn't known. */
  #alarmAt: number | undefined;

  constructor(ctx: DurableObjectState, env: Env, options: GuardOptions) {
    super(ctx, env);
    this.#options = options;
    this.#storage = new GuardStorage(ctx.storage.sql);
    this.#outbox = new RevocationOutbox(ctx.storage.sql, options.status, options.clock);
    this.#sessions = new AccountSessions(this.#storage, options.policy, this.#outbox);
    this.#notices = new LogoutNotices(this.#storage, options.notifyLogout, options.clock);
  }

  /** Opens a session for a user whose credentials held. */
  async signIn(username: string, request: SignIn): Promise<SignInOutcome> {
    const status = await this.#takePlace();
    const account =
      (await this.#account(username, request.isNewUser)) ?? this.#create(username, request.isNewUser);
    const now = this.#options.clock();
    const refusal = this.#refuseSession(account, request, now);
    // Somebody waits for the change that is under way, and the runtime may have given its alarm up.
    if (refusal && account.intent) await this.#wakeBy(now + SAFETY_ALARM_SECONDS);
    if (refusal) return refusal;
    const grant = this.ctx.storage.transactionSync(() => this.#sessions.open(account, request, status, now));
    await this.#recordLater({ hasEnded: false });
    return { kind: 'opened', grant };
  }

  /** Opens a session for a code: once, however many present it at the same moment. */
  async redeem(username: string, redemption: Redemption): Promise<RedemptionOutcome> {
    const status = await this.#takePlace();
    const account = await this.#account(username);
    if (!account) return { kind: 'sign_in_ended' };
    const now = this.#options.clock();
    const outcome = this.ctx.storage.transactionSync((): RedemptionOutcome => {
      const again = this.#sessions.redeemAgain(account, redemption, now);
      if (again === 'reused') return { kind: 'code_reused' };
      if (again) return { kind: 'opened', grant: again };
      if (now >= redemption.expiresAt) return { kind: 'expired' };
      if (!this.#sessions.isLive(account, redemption.signInSid, now)) return { kind: 'sign_in_ended' };
      const refusal = this.#refuseSession(account, redemption.signIn, now);
      if (refusal) return refusal;
      return { kind: 'opened', grant: this.#sessions.redeem(account, redemption, status, now) };
    });
    if (outcome.kind === 'opened') await this.#recordLater({ hasEnded: false });
    if (outcome.kind === 'code_reused') await this.#ended();
    return outcome;
  }

  /** A place in the status lists. It is taken first, so that nothing changes between what is looked at and what is committed. */
  #takePlace(): Promise<StatusIndex> {
    const { clock, policy, status } = this.#options;
    return status.allocate(clock() + policy.refreshAbsoluteTtlSeconds);
  }

  #refuseSession(account: Account, request: SignIn, now: number): SignInOutcome | undefined {
    if (request.credentialsVersion < account.credentialsVersion) return { kind: 'credentials_changed' };
    this.#sessions.prune(now);
    return this.#sessions.count() >= MOST_SESSIONS ? { kind: 'too_many_sessions' } : undefined;
  }

  /** Decides about a refresh token that was presented. */
  async refresh(username: string, request: RefreshRequest): Promise<RefreshOutcome> {
    const account = await this.#account(username);
    if (!account) return { kind: 'unknown' };
    const outcome = this.ctx.storage.transactionSync(() =>
      this.#sessions.refresh(account, request, this.#options.clock()),
    );
    if (outcome.kind === 'rotated' || outcome.kind === 'repeated') this.#recordSoon();
    if (outcome.kind === 'reused') await this.#ended();
    return outcome;
  }

  async isLive(username: string, sid: SessionId): Promise<boolean> {
    const account = await this.#account(username);
    return account !== undefined && this.#sessions.isLive(account, sid, this.#options.clock());
  }

  async isCurrent(username: string, sid: SessionId, generation: number): Promise<boolean> {
    const account = await this.#account(username);
    return account !== undefined && this.#sessions.isCurrent(account, sid, generation, this.#options.clock());
  }

  async list(username: string): Promise<SessionView[]> {
    await this.#account(username);
    return this.#sessions.list(this.#options.clock());
  }

  async listReused(username: string): Promise<ReusedSession[]> {
    await this.#account(username);
    return this.#sessions.listReused();
  }

  /** @param status what the session's token says of its place in the status lists, if one is at hand */
  async end(username: string, sid: SessionId, status?: StatusIndex): Promise<{ ended: boolean }> {
    // Without a record there is no session, and a later, less stale read of KV must not bring one back.
    const known = await this.#account(username);
    const account = known ?? this.#create(username);
    const ended = this.ctx.storage.transactionSync(() =>
      this.#sessions.end(account, { sid, status }, this.#options.clock()),
    );
    if (ended || !known) await this.#ended();
    else await this.#outbox.flush();
    return { ended };
  }

  async endAll(username: string): Promise<void> {
    const account = (await this.#account(username)) ?? this.#create(username);
    this.ctx.storage.transactionSync(() => this.#sessions.endAll(account, this.#options.clock()));
    await this.#ended();
  }

  /**
   * Changes the password and ends the other sessions. A sign-in that checked the old password finds a newer version here
   * from the first commit on; should this object die after it, the alarm finishes the rest.
   *
   * @returns false if the credentials were changed by somebody else meanwhile
   */
  async changePassword(username: string, change: PasswordChange): Promise<boolean> {
    const { credentialsVersion, passwordHash, keep, renewed, ended } = change;
    return this.#change(username, credentialsVersion, ({ highest }) => ({
      passwordHash,
      ...(renewed && { put: renewed }),
      ...(ended && { remove: ended.map(({ type, id }) => ({ type, id })) }),
      // One that was opened out of our sight, before the storage was lost, may have a number above the highest known.
      ending: { highest: Math.max(highest, Math.floor(this.#options.clock())), keep },
    }));
  }

  /** Adds or ends credentials, in the same steps as a password change. */
  async changeCredentials(username: string, change: CredentialChange): Promise<boolean> {
    const { credentialsVersion, ...parts } = change;
    return this.#change(username, credentialsVersion, () => parts);
  }

  async #change(
    username: string,
    allowedVersion: number,
    parts: (account: Account) => Omit<CredentialsIntent, 'credentialsVersion' | 'begunAt'>,
  ): Promise<boolean> {
    if (!(await this.#account(username))) this.#create(username);
    await this.#finishChange();
    const account = this.#storage.account();
    if (!account || allowedVersion < account.credentialsVersion) return false;
    const credentialsVersion = allowedVersion + 1;
    const begunAt = this.#options.clock();
    const intent = { ...parts(account), credentialsVersion, begunAt };
    const highest = Math.max(account.highest, intent.ending?.highest ?? 0);
    this.#storage.putAccount({ ...account, highest, credentialsVersion, intent });
    await this.#wakeBy(begunAt + SAFETY_ALARM_SECONDS);
    await this.#finishChange();
    await this.#ended();
    return true;
  }

  /** Takes up what is due. It never throws: an alarm that throws is given up after six tries. */
  override async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    try {
      if (this.#sessions.prune(this.#options.clock())) this.#writer?.touch({ hasEnded: false });
      await this.#finishChange();
      await this.#outbox.flush();
    } catch (error) {
      console.error(JSON.stringify({ event: 'guard_alarm_failed', error: String(error) }));
    }
    await this.#deliverNotices();
    await this.#writeRecord();
  }

  /** The account, read from KV if this guard's storage is empty. */
  async #account(username: string, isNewUser = false): Promise<Account | undefined> {
    const known = this.#storage.account();
    if (known || isNewUser) return known;
    // An exception inside `blockConcurrencyWhile` would reset the object.
    const problem = await this.ctx.blockConcurrencyWhile(() =>
      this.#restore(username).then(
        () => undefined,
        (error: unknown) => ({ error }),
      ),
    );
    if (problem) throw new Error('The session record can not be read', { cause: problem.error });
    return this.#storage.account();
  }

  async #restore(username: string): Promise<void> {
    if (this.#storage.account()) return;
    const text = await this.#options.store.get(username);
    // Somebody else may have got here first while KV was asked.
    if (text === null || this.#storage.account()) return;
    const record = parseSessionRecord(text);
    if (!record) throw new Error('The session record is malformed');
    this.ctx.storage.transactionSync(() => this.#sessions.restore(username, record, this.#options.clock()));
    await this.#recordLater({ hasEnded: true });
    console.warn(JSON.stringify({ event: 'guard_restored', username, sessions: record.sessions.length }));
  }

  #create(username: string, isNewUser = false): Account {
    return this.#storage.account() ?? this.#sessions.create(username, this.#options.clock(), isNewUser);
  }

  async #finishChange(): Promise<void> {
    const { username, intent } = this.#storage.account() ?? {};
    if (username === undefined || !intent) return;
    const { begunAt: _, ending, ...change } = intent;
    await this.#options.directory.changeCredentials(username, change);
    const account = this.#storage.account();
    if (account?.intent?.credentialsVersion !== intent.credentialsVersion) return;
    this.ctx.storage.transactionSync(() => {
      // A session above that number was opened with the new password while the change was being finished.
      const now = this.#options.clock();
      const left = ending ? this.#sessions.endUpTo(ending.highest, account, now, ending.keep) : account;
      this.#storage.putAccount({ ...left, intent: undefined });
    });
    this.#recordWriter().touch({ hasEnded: true });
  }

  /** After a rotation: in the background and without an alarm, which would cost a row. The next rotation mends a crash. */
  #recordSoon(): void {
    const writer = this.#recordWriter();
    writer.touch({ hasEnded: false });
    this.ctx.waitUntil(
      writer.run().then((due = Number.POSITIVE_INFINITY) => this.#wakeBy(Math.min(due, this.#outboxDue()))),
    );
  }

  /** After a change that must reach KV even if this object dies now: an alarm stands behind the background write. */
  async #recordLater({ hasEnded }: { hasEnded: boolean }): Promise<void> {
    // First, so that a write that ends meanwhile leaves the alarm where it is needed.
    this.#recordWriter().touch({ hasEnded });
    await this.#wakeBy(this.#options.clock() + SAFETY_ALARM_SECONDS);
    this.ctx.waitUntil(this.#writeRecord());
    if (Number.isFinite(this.#notices.nextDue())) this.ctx.waitUntil(this.#deliverNotices());
  }

  async #deliverNotices(): Promise<void> {
    const username = this.#storage.account()?.username;
    if (username === undefined) return;
    await this.#notices.deliver(username);
    const due = this.#notices.nextDue();
    if (Number.isFinite(due)) await this.#wakeBy(due);
  }

  /**
   * After a session ended before its time: its bit in the status list is set before that is answered, or else there is no
   * answer. Should this object die between the two, the alarm finds the outbox.
   */
  async #ended(): Promise<void> {
    await this.#recordLater({ hasEnded: true });
    await this.#outbox.flush();
  }

  /** Writes the record and sets the alarm to what is due next. */
  async #writeRecord(): Promise<void> {
    const writer = this.#storage.account() && this.#recordWriter();
    await writer?.run();
    const next = Math.min(
      // Asked now, not when it ran: something may have been committed since.
      writer?.nextAt() ?? Number.POSITIVE_INFINITY,
      this.#changeDue(),
      this.#notices.nextDue(),
      this.#outboxDue(),
      this.#sessions.nextEnd(),
    );
    if (Number.isFinite(next)) await this.#wakeAt(next);
  }

  /** An interrupted change is taken up after 5 s, then after as long again as it has waited, an hour at most. */
  #changeDue(): number {
    const intent = this.#storage.account()?.intent;
    if (!intent) return Number.POSITIVE_INFINITY;
    const now = this.#options.clock();
    return now + Math.min(Math.max(now - intent.begunAt, SAFETY_ALARM_SECONDS), LONGEST_PAUSE_SECONDS);
  }

  #outboxDue(): number {
    return this.#outbox.isEmpty ? Number.POSITIVE_INFINITY : this.#options.clock() + SAFETY_ALARM_SECONDS;
  }

  async #wakeBy(at: number): Promise<void> {
    if (!Number.isFinite(at)) return;
    this.#alarmAt ??= ((await this.ctx.storage.getAlarm()) ?? Number.POSITIVE_INFINITY) / 1_000;
    if (at < this.#alarmAt) await this.#wakeAt(at);
  }

  async #wakeAt(at: number): Promise<void> {
    if (this.#alarmAt === at) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(Math.ceil(at * 1_000));
  }

  #recordWriter(): RecordWriter {
    if (this.#writer) return this.#writer;
    const account = this.#storage.account();
    if (!account) throw new Error('A guard without an account has no record');
    const source = createRecordSource(
      account.username,
      this.#storage,
      this.#sessions,
      (work) => this.ctx.storage.transactionSync(work),
      this.#options.clock,
    );
    const { missing, deletingSince, endedAt, recorded } = account;
    const known = { heldUntil: recorded.heldUntil, missing, deletingSince, endedAt };
    this.#writer = new RecordWriter(this.#options.store, source, this.#options.clock, known);
    return this.#writer;
  }
}
