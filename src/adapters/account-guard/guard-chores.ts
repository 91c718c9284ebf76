import { isDerived, publicIdOf } from '../../core/account/credentials.ts';
import type { CredentialsChange } from '../../core/account/directory.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { GuardOptions } from './guard-options.ts';
import type { GuardStorage } from './guard-storage.ts';
import { LogoutNotices } from './logout-notices.ts';
import { RecordWriter } from './record-writer.ts';
import { createRecordSource } from './recorded.ts';
import type { RevocationOutbox } from './revocation-outbox.ts';
import type { SessionEndings } from './session-endings.ts';

/** When an interrupted background step is taken up again. */
const SAFETY_ALARM_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 3_600;

/**
 * What a guard does behind its answers: the KV record, the bits of ended sessions, notices of logouts, a change of
 * credentials that was interrupted. One alarm stands behind all of it; its delays are alarms, never timers, so that the
 * guard can hibernate.
 */
export class GuardChores {
  readonly #ctx: DurableObjectState;
  readonly #options: GuardOptions;
  readonly #storage: GuardStorage;
  readonly #sessions: AccountSessions;
  readonly #endings: SessionEndings;
  readonly #outbox: RevocationOutbox;
  readonly #notices: LogoutNotices;
  #writer: RecordWriter | undefined;
  /** When the next alarm goes off, epoch seconds; undefined while that isn't known. */
  #alarmAt: number | undefined;

  constructor(
    ctx: DurableObjectState,
    options: GuardOptions,
    storage: GuardStorage,
    sessions: AccountSessions,
    endings: SessionEndings,
    outbox: RevocationOutbox,
  ) {
    this.#ctx = ctx;
    this.#options = options;
    this.#storage = storage;
    this.#sessions = sessions;
    this.#endings = endings;
    this.#outbox = outbox;
    this.#notices = new LogoutNotices(storage, options.notifyLogout, options.clock);
  }

  /** Takes up what is due. It never throws: an alarm that throws is given up after six tries. */
  async takeUp(): Promise<void> {
    this.#alarmAt = undefined;
    await this.#attempt(async () => {
      if (this.#sessions.prune(this.#options.clock())) this.#writer?.touch({ changesLiveness: false });
    });
    // Each by itself: the bits of sessions that ended need not wait for a directory that is down.
    await this.#attempt(() => this.#outbox.flush());
    await this.#attempt(async () => {
      if (!this.#storage.account()?.intent) return;
      await this.finishChange();
      await this.#outbox.flush();
    });
    await this.#deliverNotices();
    await this.#writeRecord();
  }

  async #attempt(chore: () => Promise<void>): Promise<void> {
    try {
      await chore();
    } catch (error) {
      console.error(JSON.stringify({ event: 'guard_alarm_failed', error: String(error) }));
    }
  }

  async finishChange(): Promise<void> {
    const { username, intent } = this.#storage.account() ?? {};
    if (username === undefined || !intent) return;
    const { begunAt: _, ending, ...change } = intent;
    await this.#options.directory.changeCredentials(username, change);
    const account = this.#storage.account();
    if (account?.intent?.credentialsVersion !== intent.credentialsVersion) return;
    this.#storage.transaction(() => {
      // A session above that number was opened with the new password while the change was being finished.
      const now = this.#options.clock();
      const left = ending
        ? this.#endings.endUpTo(ending.highest, account, now, ending.keep)
        : this.#endings.endOpenedBy(endedBy(change), account, now);
      this.#storage.putAccount({ ...left, intent: undefined });
    });
    this.#recordWriter().touch({ changesLiveness: true });
  }

  /** After a rotation: in the background and without an alarm, which would cost a row. The next rotation mends a crash. */
  recordSoon(): void {
    const writer = this.#recordWriter();
    writer.touch({ changesLiveness: false });
    // A run that is under way sees this change, too, and whoever began it looks when to come back.
    if (writer.isRunning || this.#isAwaited(writer.nextAt())) return;
    const comeBack = () => this.#wakeBy(Math.min(writer.nextAt(), this.#outboxDue()));
    this.#ctx.waitUntil(writer.run().then(comeBack));
  }

  /** Whether an alarm goes off in time for what is due then. */
  #isAwaited(at: number): boolean {
    return at > this.#options.clock() && this.#alarmAt !== undefined && this.#alarmAt <= at;
  }

  /** After a change that must reach KV even if this object dies now: an alarm stands behind the background write. */
  async recordLater(change: { changesLiveness: boolean }): Promise<void> {
    await this.recordByAlarm(change);
    this.#ctx.waitUntil(this.#writeRecord());
    if (Number.isFinite(this.#notices.nextDue())) this.#ctx.waitUntil(this.#deliverNotices());
  }

  /** The same, with no write before that alarm unless another change brings one about. */
  async recordByAlarm({ changesLiveness }: { changesLiveness: boolean }): Promise<void> {
    // First, so that a write that ends meanwhile leaves the alarm where it is needed.
    this.#recordWriter().touch({ changesLiveness });
    await this.wakeSoon();
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
  async ended(): Promise<void> {
    await this.recordLater({ changesLiveness: true });
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

  /** Before a step that must be taken up again should this object die in it. */
  wakeSoon(): Promise<void> {
    return this.#wakeBy(this.#options.clock() + SAFETY_ALARM_SECONDS);
  }

  async #wakeBy(at: number): Promise<void> {
    if (!Number.isFinite(at)) return;
    this.#alarmAt ??= ((await this.#ctx.storage.getAlarm()) ?? Number.POSITIVE_INFINITY) / 1_000;
    if (at < this.#alarmAt) await this.#wakeAt(at);
  }

  async #wakeAt(at: number): Promise<void> {
    if (this.#alarmAt === at) return;
    this.#alarmAt = at;
    await this.#ctx.storage.setAlarm(Math.ceil(at * 1_000));
  }

  #recordWriter(): RecordWriter {
    if (this.#writer) return this.#writer;
    const account = this.#storage.account();
    if (!account) throw new Error('A guard without an account has no record');
    const source = createRecordSource(
      account.username,
      this.#storage,
      this.#sessions,
      this.#endings,
      this.#options.clock,
    );
    const { missing, deletingSince, livenessChangedAt, recorded } = account;
    const known = { heldUntil: recorded.heldUntil, missing, deletingSince, livenessChangedAt };
    this.#writer = new RecordWriter(this.#options.store, source, this.#options.clock, known);
    return this.#writer;
  }
}

/** The credentials that are no more: those that end, and keys that another one replaces. */
function endedBy({ put = [], remove = [] }: CredentialsChange): string[] {
  return [...remove, ...put.filter(({ type }) => !isDerived(type))].map(publicIdOf);
}
