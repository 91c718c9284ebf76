import { DurableObject } from 'cloudflare:workers';
import type {
  Grant,
  PasswordChange,
  RefreshOutcome,
  RefreshRequest,
  SessionView,
  SignIn,
  SignInOutcome,
} from '../../core/account/accounts.ts';
import type { Directory } from '../../core/account/directory.ts';
import { decide, type RotationPolicy } from '../../core/account/rotation.ts';
import { idleEnd, isOver, restoreSession, type Session } from '../../core/account/session.ts';
import {
  createSessionId,
  nextSessionNumber,
  parseSessionNumber,
  type SessionId,
} from '../../core/account/session-id.ts';
import { parseSessionRecord } from '../../core/account/session-record.ts';
import type { Clock } from '../clock.ts';
import { type Account, type EndedSession, GuardStorage } from './guard-storage.ts';
import { RecordWriter } from './record-writer.ts';

export type GuardOptions = {
  store: KVNamespace;
  directory: Directory;
  clock: Clock;
  policy: RotationPolicy & { refreshAbsoluteTtlSeconds: number };
};

/** More sessions than this are not opened: none of them could be ended without signing an honest client out. */
export const MOST_SESSIONS = 1_000;
/** When an interrupted background step is taken up again. */
const SAFETY_ALARM_SECONDS = 5;

/**
 * The one place through which each change of a username's sessions passes. It decides, commits, answers, and then
 * lets `RecordWriter` bring the KV record up to date. Its delays are alarms, never timers, so that it can hibernate.
 */
export class AccountGuard<Env> extends DurableObject<Env> {
  readonly #options: GuardOptions;
  readonly #storage: GuardStorage;
  #writer: RecordWriter | undefined;
  #alarmAt: number | undefined;

  constructor(ctx: DurableObjectState, env: Env, options: GuardOptions) {
    super(ctx, env);
    this.#options = options;
    this.#storage = new GuardStorage(ctx.storage.sql);
  }

  /** Opens a session for a user whose credentials held. */
  async signIn(username: string, request: SignIn): Promise<SignInOutcome> {
    const account = (await this.#account(username, request.isNewUser)) ?? this.#create(username);
    if (request.credentialsVersion < account.credentialsVersion) return { kind: 'credentials_changed' };
    this.#prune();
    if (this.#storage.countSessions() >= MOST_SESSIONS) return { kind: 'too_many_sessions' };

    const now = Math.floor(this.#options.clock());
    const highest = nextSessionNumber(account.highest, now);
    const session = openSession(highest, request, now, this.#options.policy);
    this.ctx.storage.transactionSync(() => {
      this.#storage.putSession(session);
      this.#storage.putAccount({
        ...account,
        highest,
        credentialsVersion: request.credentialsVersion,
        gap: account.gap && { from: account.gap.from, until: account.gap.until ?? highest },
      });
    });
    await this.#commit();
    return { kind: 'opened', grant: grantOf(session) };
  }

  /** Decides about a refresh token that was presented. A rotation writes one row. */
  async refresh(username: string, request: RefreshRequest): Promise<RefreshOutcome> {
    const account = await this.#account(username);
    if (!account) return { kind: 'unknown' };
    const { facts, place } = request;
    const now = this.#options.clock();
    const session =
      this.#storage.session(facts.sid) ??
      (this.#isBelieved(account, facts.sid)
        ? restoreSession(facts, request.generation, place, now)
        : undefined);
    const presented = { ...request, expiresAt: request.validUntil };
    const outcome = decide(session, presented, this.#options.policy, now);
    switch (outcome.kind) {
      case 'rotated':
      case 'repeated': {
        const next = { ...outcome.session, jti: crypto.randomUUID() };
        this.#storage.putSession(next);
        this.#bringRecordUpToDate();
        return { kind: outcome.kind, grant: grantOf(next) };
      }
      case 'reused':
        this.ctx.storage.transactionSync(() => this.#end(account, facts.sid, 'reused'));
        await this.#commit();
        return outcome;
      case 'unknown':
        return this.#storage.ended(facts.sid)?.reason === 'reused'
          ? { ...outcome, because: 'reused' }
          : outcome;
      default:
        return outcome;
    }
  }

  async isLive(username: string, sid: SessionId): Promise<boolean> {
    const account = await this.#account(username);
    if (!account) return false;
    const session = this.#storage.session(sid);
    return session ? !isOver(session, this.#options.clock()) : this.#isBelieved(account, sid);
  }

  async list(username: string): Promise<SessionView[]> {
    if (!(await this.#account(username))) return [];
    const now = this.#options.clock();
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

  async end(username: string, sid: SessionId): Promise<{ ended: boolean }> {
    // Without a record there is no session, but a later, less stale read of KV must not bring one back.
    const account = (await this.#account(username)) ?? this.#create(username);
    const ended = this.#storage.session(sid) !== undefined || this.#isBelieved(account, sid);
    if (!ended) return { ended };
    this.ctx.storage.transactionSync(() => this.#end(account, sid, 'ended'));
    await this.#commit();
    return { ended };
  }

  async endAll(username: string): Promise<void> {
    const account = (await this.#account(username)) ?? this.#create(username);
    this.ctx.storage.transactionSync(() => {
      const highest = Math.max(account.highest, Math.floor(this.#options.clock()));
      this.#storage.putAccount({ ...this.#endUpTo(highest, account), highest });
    });
    await this.#commit();
  }

  /**
   * Changes the password and ends the other sessions. A sign-in that checked the old password finds a newer version here
   * from the first commit on; should we die after it, the alarm finishes the rest.
   */
  async changePassword(username: string, change: PasswordChange): Promise<boolean> {
    const account = (await this.#account(username)) ?? this.#create(username);
    if (account.intent) await this.#finishIntent();
    if (change.credentialsVersion < (this.#storage.account() ?? account).credentialsVersion) return false;
    const credentialsVersion = change.credentialsVersion + 1;
    const { passwordHash, keep } = change;
    const latest = this.#storage.account() ?? account;
    this.#storage.putAccount({
      ...latest,
      credentialsVersion,
      intent: { passwordHash, credentialsVersion, keep, highest: latest.highest },
    });
    await this.#arm(this.#options.clock() + SAFETY_ALARM_SECONDS);
    await this.#finishIntent();
    await this.#commit();
    return true;
  }

  /** Takes up what is due. It never throws: an alarm that throws is not repeated for ever. */
  override async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    try {
      await this.#finishIntent();
      if (this.#prune()) this.#writer?.touch();
    } catch (error) {
      console.error(JSON.stringify({ event: 'guard_alarm_failed', error: String(error) }));
    }
    await this.#writeRecord();
  }

  /** Loads the account, from KV if this guard's storage is empty. */
  async #account(username: string, isNewUser = false): Promise<Account | undefined> {
    const known = this.#storage.account();
    if (known || isNewUser) return known;
    let problem: unknown;
    await this.ctx.blockConcurrencyWhile(async () => {
      // An exception in here would reset the object.
      await this.#restore(username).catch((error: unknown) => {
        problem = error;
      });
    });
    if (problem) throw new Error('The session record can not be read', { cause: problem });
    return this.#storage.account();
  }

  async #restore(username: string): Promise<void> {
    if (this.#storage.account()) return;
    const text = await this.#options.store.get(username);
    const record = text === null ? undefined : parseSessionRecord(text);
    if (text !== null && !record) console.error(JSON.stringify({ event: 'record_unreadable', username }));
    if (!record) return;
    this.ctx.storage.transactionSync(() => {
      this.#create(username, { highest: record.highest, gap: { from: record.highest, until: undefined } });
      for (const session of record.sessions) this.#storage.putSession(session);
    });
    console.warn(JSON.stringify({ event: 'guard_restored', username, sessions: record.sessions.length }));
  }

  #create(username: string, known?: Pick<Account, 'highest' | 'gap'>): Account {
    const account: Account = {
      username,
      // Older tokens than this moment are of sessions that have ended.
      highest: known?.highest ?? Math.floor(this.#options.clock()) - 1,
      gap: known?.gap,
      credentialsVersion: 0,
      recorded: { highest: 0, heldUntil: 0 },
      missing: undefined,
      intent: undefined,
    };
    this.#storage.putAccount(account);
    return account;
  }

  #isBelieved(account: Account, sid: SessionId): boolean {
    return isInGap(account, sid) && this.#storage.ended(sid) === undefined;
  }

  /** Ends one session. It leaves no trace but where its token would otherwise be believed, or its user should be told why. */
  #end(account: Account, sid: SessionId, reason: EndedSession['reason']): void {
    this.#storage.removeSession(sid);
    if (reason === 'ended' && !isInGap(account, sid)) return;
    const forgetAt = Math.ceil(this.#options.clock()) + this.#options.policy.refreshAbsoluteTtlSeconds;
    this.#storage.putEnded(sid, { reason, forgetAt });
  }

  /** Ends every session up to a number, but one. Nothing that was opened out of our sight is believed any more. */
  #endUpTo(highest: number, account: Account, keep?: SessionId): Account {
    for (const { sid } of this.#storage.sessions()) {
      if (sid !== keep && (parseSessionNumber(sid) ?? 0) <= highest) this.#storage.removeSession(sid);
    }
    return { ...account, gap: undefined };
  }

  async #finishIntent(): Promise<void> {
    const intent = this.#storage.account()?.intent;
    const username = this.#storage.account()?.username;
    if (!intent || username === undefined) return;
    await this.#options.directory.setPassword(username, intent.passwordHash, intent.credentialsVersion);
    const account = this.#storage.account();
    if (account?.intent?.credentialsVersion !== intent.credentialsVersion) return;
    this.ctx.storage.transactionSync(() => {
      // A session above that number was opened with the new password while the change was being finished.
      this.#storage.putAccount({ ...this.#endUpTo(intent.highest, account, intent.keep), intent: undefined });
    });
    this.#writer?.touch();
  }

  /** @returns whether a session was removed */
  #prune(): boolean {
    const now = this.#options.clock();
    const over = this.#storage.sessions().filter((session) => isOver(session, now));
    for (const { sid } of over) this.#storage.removeSession(sid);
    for (const { sid, ended } of this.#storage.allEnded())
      if (now >= ended.forgetAt) this.#storage.removeEnded(sid);
    return over.length > 0;
  }

  /** After a change that must reach KV even if we die now: an alarm stands behind the background write. */
  async #commit(): Promise<void> {
    await this.#arm(this.#options.clock() + SAFETY_ALARM_SECONDS);
    this.#recordWriter()?.touch();
    this.ctx.waitUntil(this.#writeRecord());
  }

  /** After a rotation: no alarm, which would cost a row; the next rotation writes the record anyway. */
  #bringRecordUpToDate(): void {
    const writer = this.#recordWriter();
    writer?.touch();
    this.ctx.waitUntil(
      (async () => {
        const due = await writer?.run();
        if (due !== undefined) await this.#arm(due);
      })(),
    );
  }

  /** Writes the record and sets the alarm to what is due next. */
  async #writeRecord(): Promise<void> {
    const due = await this.#recordWriter()?.run();
    const next = Math.min(due ?? Number.POSITIVE_INFINITY, this.#nextEnd());
    if (Number.isFinite(next)) await this.#setAlarm(next);
  }

  #nextEnd(): number {
    const account = this.#storage.account();
    return Math.min(
      account?.intent ? this.#options.clock() + SAFETY_ALARM_SECONDS : Number.POSITIVE_INFINITY,
      ...this.#storage.sessions().map((session) => Math.min(session.idleExpiresAt, session.expiresAt)),
      ...this.#storage.allEnded().map(({ ended }) => ended.forgetAt),
    );
  }

  /** Makes sure that an alarm goes off at `at` or before. */
  async #arm(at: number): Promise<void> {
    this.#alarmAt ??= ((await this.ctx.storage.getAlarm()) ?? Number.POSITIVE_INFINITY) / 1_000;
    if (at < this.#alarmAt) await this.#setAlarm(at);
  }

  async #setAlarm(at: number): Promise<void> {
    if (this.#alarmAt === at) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(Math.ceil(at * 1_000));
  }

  #recordWriter(): RecordWriter | undefined {
    const account = this.#storage.account();
    if (!account || this.#writer) return this.#writer;
    const { store, clock } = this.#options;
    const known = { heldUntil: account.recorded.heldUntil, missing: account.missing };
    this.#writer = new RecordWriter(store, this.#recordSource(account.username), clock, known);
    return this.#writer;
  }

  #recordSource(username: string) {
    const update = (change: (account: Account) => Account) => {
      const account = this.#storage.account();
      if (account) this.#storage.putAccount(change(account));
    };
    return {
      username,
      record: () => ({ highest: this.#storage.account()?.highest ?? 0, sessions: this.#storage.sessions() }),
      confirmed: (highest: number, heldUntil: number, ttlSeconds: number) => {
        const recorded = this.#storage.account()?.recorded;
        if (!recorded || !isWorthKeeping(recorded, highest, heldUntil, ttlSeconds)) return;
        update((account) => ({ ...account, recorded: { highest, heldUntil } }));
      },
      missing: (missing: Account['missing']) => update((account) => ({ ...account, missing })),
      deleted: () => {
        const account = this.#storage.account();
        if (!account) return;
        console.warn(JSON.stringify({ event: 'record_deleted_by_operator', username }));
        this.ctx.storage.transactionSync(() => {
          for (const { sid } of this.#storage.sessions()) {
            if ((parseSessionNumber(sid) ?? 0) <= account.recorded.highest) this.#end(account, sid, 'ended');
          }
          this.#storage.putAccount({
            ...account,
            missing: undefined,
            recorded: { highest: 0, heldUntil: 0 },
          });
        });
      },
    };
  }
}

/** What KV holds is noted when it matters: new sessions, an earlier end, or a much later one. Not at each rotation. */
function isWorthKeeping(
  recorded: Account['recorded'],
  highest: number,
  heldUntil: number,
  ttlSeconds: number,
): boolean {
  const later = heldUntil - recorded.heldUntil;
  return recorded.highest !== highest || later < 0 || later > ttlSeconds / 16;
}

function isInGap(account: Account, sid: SessionId): boolean {
  const number = parseSessionNumber(sid) ?? 0;
  return (
    account.gap !== undefined &&
    number > account.gap.from &&
    number < (account.gap.until ?? Number.POSITIVE_INFINITY)
  );
}

function openSession(number: number, request: SignIn, now: number, policy: GuardOptions['policy']): Session {
  const expiresAt = now + policy.refreshAbsoluteTtlSeconds;
  return {
    sid: createSessionId(number, crypto.randomUUID().replaceAll('-', '').slice(16)),
    clientId: request.clientId,
    scope: request.scope,
    amr: request.amr,
    authTime: now,
    ...(request.origin !== undefined && { origin: request.origin }),
    expiresAt,
    generation: 0,
    jti: crypto.randomUUID(),
    spent: [],
    openedAt: now,
    lastUsedAt: now,
    idleExpiresAt: idleEnd({ expiresAt }, now, policy),
    place: request.place,
    restored: false,
  };
}

function grantOf(session: Session): Grant {
  const { sid, clientId, scope, amr, authTime, origin, expiresAt, generation, jti, idleExpiresAt } = session;
  return {
    ...{ sid, clientId, scope, amr, authTime, expiresAt, generation, jti },
    ...(origin !== undefined && { origin }),
    validUntil: Math.min(idleExpiresAt, expiresAt),
  };
}
