import { DurableObject } from 'cloudflare:workers';
import type {
  CredentialChange,
  PasswordChange,
  Redemption,
  RedemptionOutcome,
  RefreshOutcome,
  RefreshRequest,
  ReusedSession,
  SessionRequest,
  SessionView,
  SignIn,
  SignInOutcome,
} from '../../core/account/accounts.ts';
import type { SessionId } from '../../core/account/session-id.ts';
import { parseSessionRecord } from '../../core/account/session-record.ts';
import type { StatusIndex } from '../../core/status/status-list.ts';
import { AccountSessions } from './account-sessions.ts';
import { isAnothers } from './another-user.ts';
import { GuardChores } from './guard-chores.ts';
import type { GuardOptions } from './guard-options.ts';
import { type Account, type CredentialsIntent, GuardStorage } from './guard-storage.ts';
import { RedeemedCodes } from './redeemed-codes.ts';
import { RevocationOutbox } from './revocation-outbox.ts';
import { SessionEndings } from './session-endings.ts';

/**
 * The one place through which each change of a username's sessions passes. It decides, commits and answers;
 * what follows in the background is done by its `GuardChores`.
 */
export class AccountGuard<Env> extends DurableObject<Env> {
  readonly #options: GuardOptions;
  readonly #storage: GuardStorage;
  readonly #sessions: AccountSessions;
  readonly #endings: SessionEndings;
  readonly #codes: RedeemedCodes;
  readonly #outbox: RevocationOutbox;
  readonly #chores: GuardChores;

  constructor(ctx: DurableObjectState, env: Env, options: GuardOptions) {
    super(ctx, env);
    this.#options = options;
    this.#storage = new GuardStorage(ctx.storage);
    this.#outbox = new RevocationOutbox(ctx.storage.sql, options.status, options.clock);
    this.#endings = new SessionEndings(this.#storage, options.policy, this.#outbox);
    this.#sessions = new AccountSessions(this.#storage, options.policy, this.#endings);
    this.#codes = new RedeemedCodes(this.#storage, this.#sessions, this.#endings);
    this.#chores = new GuardChores(ctx, options, this.#storage, this.#sessions, this.#endings, this.#outbox);
  }

  /** Opens a session for a user whose credentials held. */
  async signIn(username: string, request: SignIn): Promise<SignInOutcome> {
    const status = await this.#takePlace();
    const known = await this.#account(username, request.isNewUser);
    const { registeredAt, credentialsVersion } = request;
    if (known && isAnothers(known, request)) {
      this.#storage.forgetEnded();
      await this.#endAll({ ...known, registeredAt, credentialsVersion, intent: undefined });
    }
    const account = { ...this.#create(username, request.isNewUser), registeredAt };
    const now = this.#options.clock();
    const refusal = this.#refuseSession(account, request, now);
    // Somebody waits for the change that is under way, and the runtime may have given its alarm up.
    if (refusal && account.intent) await this.#chores.wakeSoon();
    if (refusal) return refusal;
    const grant = this.#storage.transaction(() => this.#sessions.open(account, request, status, now));
    await this.#chores.recordLater({ changesLiveness: false });
    return { kind: 'opened', grant };
  }

  /** Opens a session for a code: once, however many present it at the same moment. */
  async redeem(username: string, redemption: Redemption): Promise<RedemptionOutcome> {
    const status = await this.#takePlace();
    const account = await this.#account(username);
    if (!account) return { kind: 'sign_in_ended' };
    const now = this.#options.clock();
    const outcome = this.#storage.transaction((): RedemptionOutcome => {
      const again = this.#codes.redeemAgain(account, redemption, now);
      if (again === 'reused') return { kind: 'code_reused' };
      if (again) return { kind: 'opened', grant: again };
      if (now >= redemption.expiresAt) return { kind: 'expired' };
      if (!this.#sessions.isLive(account, redemption.signInSid, now)) return { kind: 'sign_in_ended' };
      const refusal = this.#refuseSession(account, redemption.signIn, now);
      if (refusal) return refusal;
      return { kind: 'opened', grant: this.#codes.redeem(account, redemption, status, now) };
    });
    if (outcome.kind === 'opened') await this.#chores.recordLater({ changesLiveness: false });
    if (outcome.kind === 'code_reused') await this.#chores.ended();
    return outcome;
  }

  /** A place in the status lists. It is taken first, so that nothing changes between what is looked at and what is committed. */
  #takePlace(): Promise<StatusIndex> {
    const { clock, policy, status } = this.#options;
    return status.allocate(clock() + policy.refreshAbsoluteTtlSeconds);
  }

  #refuseSession(account: Account, request: SessionRequest, now: number): SignInOutcome | undefined {
    if (request.credentialsVersion < account.credentialsVersion) return { kind: 'credentials_changed' };
    this.#sessions.prune(now);
    return this.#sessions.makeRoom(now) ? undefined : { kind: 'too_many_sessions' };
  }

  /** Decides about a refresh token that was presented. */
  async refresh(username: string, request: RefreshRequest): Promise<RefreshOutcome> {
    const account = await this.#account(username);
    if (!account) return { kind: 'unknown' };
    const { outcome, isHeld } = this.#sessions.refresh(account, request, this.#options.clock());
    if (outcome.kind === 'rotated' || outcome.kind === 'repeated') {
      // One that is believed since the storage was lost: a record without it says that it has ended.
      if (isHeld) this.#chores.recordSoon();
      else await this.#chores.recordLater({ changesLiveness: true });
    }
    if (outcome.kind === 'reused') await this.#chores.ended();
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
    const ended = this.#storage.transaction(() =>
      this.#endings.end(account, { sid, status }, this.#options.clock()),
    );
    if (ended || !known) await this.#chores.ended();
    else await this.#outbox.flush();
    return { ended };
  }

  async endAll(username: string): Promise<void> {
    await this.#endAll((await this.#account(username)) ?? this.#create(username));
  }

  async #endAll(account: Account): Promise<void> {
    this.#storage.transaction(() => this.#endings.endAll(account, this.#options.clock()));
    await this.#chores.ended();
  }

  /**
   * Changes the password and ends the other sessions. A sign-in that checked the old password finds a newer version here
   * from the first commit on; should this object die after it, the alarm finishes the rest.
   *
   * @returns false if the credentials were changed by somebody else meanwhile
   */
  async changePassword(username: string, change: PasswordChange): Promise<boolean> {
    const { credentialsVersion, passwordHash, keep, renewed, ended } = change;
    return this.#change(username, credentialsVersion, (account) => ({
      passwordHash,
      ...(renewed && { put: renewed }),
      ...(ended && { remove: ended.map(({ type, id }) => ({ type, id })) }),
      ending: { highest: this.#highestOpened(account), keep },
    }));
  }

  /** Adds or ends credentials, in the same steps as a password change. */
  async changeCredentials(username: string, change: CredentialChange): Promise<boolean> {
    return this.#change(username, change.credentialsVersion, () => change);
  }

  /** Deletes the user and ends all sessions, in the same steps as a password change. */
  async deleteUser(username: string, credentialsVersion: number): Promise<boolean> {
    return this.#change(username, credentialsVersion, (account) => ({
      deletedAt: Math.floor(this.#options.clock()),
      ending: { highest: this.#highestOpened(account) },
    }));
  }

  /** One that was opened out of our sight, before the storage was lost, may have a number above the highest known. */
  #highestOpened({ highest }: Account): number {
    return Math.max(highest, Math.floor(this.#options.clock()));
  }

  async #change(
    username: string,
    allowedVersion: number,
    parts: (account: Account) => Omit<CredentialsIntent, 'credentialsVersion' | 'begunAt'>,
  ): Promise<boolean> {
    if (!(await this.#account(username))) this.#create(username);
    await this.#chores.finishChange();
    const account = this.#storage.account();
    if (!account || allowedVersion < account.credentialsVersion) return false;
    const credentialsVersion = allowedVersion + 1;
    const begunAt = this.#options.clock();
    const intent = { ...parts(account), credentialsVersion, begunAt };
    const highest = Math.max(account.highest, intent.ending?.highest ?? 0);
    this.#storage.putAccount({ ...account, highest, credentialsVersion, intent });
    await this.#chores.wakeSoon();
    await this.#chores.finishChange();
    await this.#chores.ended();
    return true;
  }

  /** Takes up what is due. It never throws: an alarm that throws is given up after six tries. */
  override alarm(): Promise<void> {
    return this.#chores.takeUp();
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
    this.#storage.transaction(() => this.#sessions.restore(username, record, this.#options.clock()));
    // Whoever asked goes on to change it, most of the time: the record is written once, after that.
    await this.#chores.recordByAlarm({ changesLiveness: true });
    console.warn(JSON.stringify({ event: 'guard_restored', username, sessions: record.sessions.length }));
  }

  #create(username: string, isNewUser = false): Account {
    return this.#storage.account() ?? this.#sessions.create(username, this.#options.clock(), isNewUser);
  }
}
