import type { AccountGuard } from '../../src/adapters/account-guard/account-guard.ts';
import type { Accounts, Grant } from '../../src/core/account/accounts.ts';
import { GuardHost } from './guard-host.ts';
import { type HeldSession, type Issuer, type Surroundings, somewhere } from './issuer.ts';
import { OperatorWatch } from './operator-watch.ts';
import { RecordLine } from './record-line.ts';
import { StatusWatch } from './status-watch.ts';

type Stored = { highest: number; sessions: HeldSession[] };
type Guarded = { host: GuardHost; watch: OperatorWatch; line: RecordLine; status: StatusWatch };

/** edgemint itself: one guard for each user, on its own tables. */
export class GuardedIssuer implements Issuer {
  readonly accounts: Accounts;
  readonly #state: DurableObjectState;
  readonly #around: Surroundings;
  readonly #guarded = new Map<string, Guarded>();

  constructor(state: DurableObjectState, around: Surroundings) {
    this.#state = state;
    this.#around = around;
    const call = <T>(user: string, use: (guard: AccountGuard<unknown>) => Promise<T>) =>
      this.#call(user, use);
    this.accounts = {
      signIn: (user, request) => this.#mint(user, (guard) => guard.signIn(user, request)),
      refresh: (user, request) => this.#mint(user, (guard) => guard.refresh(user, request)),
      redeem: (user, redemption) => call(user, (guard) => guard.redeem(user, redemption)),
      isCurrent: (user, sid, generation) => call(user, (guard) => guard.isCurrent(user, sid, generation)),
      isLive: (user, sid) => call(user, (guard) => guard.isLive(user, sid)),
      list: (user) => call(user, (guard) => guard.list(user)),
      listReused: (user) => call(user, (guard) => guard.listReused(user)),
      end: (user, sid) => call(user, (guard) => guard.end(user, sid)),
      endAll: (user) => call(user, (guard) => guard.endAll(user)),
      changePassword: (user, change) =>
        // It needs the directory, which may be down.
        this.#of(user).host.call((guard) => guard.changePassword(user, change)),
      changeCredentials: (user, change) =>
        this.#of(user).host.call((guard) => guard.changeCredentials(user, change)),
      deleteUser: (user, version) => this.#of(user).host.call((guard) => guard.deleteUser(user, version)),
    };
  }

  evict(user: string): void {
    const { host, line } = this.#of(user);
    host.evict();
    line.died();
    this.#around.ledger.interrupted(user);
  }

  loseStorage(user: string): void {
    const { host, watch, line, status } = this.#of(user);
    host.loseStorage();
    line.lostStorage();
    watch.forget();
    status.forget();
    this.#around.ledger.interrupted(user);
  }

  deleteRecord(user: string): void {
    const { kv, policy } = this.#around;
    const value = kv.stored(user);
    if (value === null) return;
    this.#of(user).watch.deletedByHand(user, value, policy.refreshIdleTtlSeconds);
    kv.deleteByHand(user);
  }

  held(user: string): HeldSession[] | undefined {
    const { host } = this.#of(user);
    return host.isEmpty() ? undefined : host.rows().map(({ state }) => JSON.parse(state));
  }

  isLagging(user: string): boolean {
    return this.#of(user).line.isLagging;
  }

  checkAtRest(user: string): void {
    const { watch, line, status } = this.#of(user);
    status.check(user);
    const { kv, ledger, timeline } = this.#around;
    const all = this.held(user);
    if (!all) return;
    watch.check(all);
    if (watch.isPending) return;
    const text = kv.stored(user);
    const record: Stored = text === null ? { highest: 0, sessions: [] } : JSON.parse(text);
    // A restored one is kept until its absolute end: the record may have forgotten it when it was idle too long.
    const isInTime = ({ sid }: HeldSession) => timeline.now < (ledger.sessions.get(sid)?.validUntil ?? 0);
    const stored = { ...record, sessions: record.sessions.filter(isInTime) };
    const held = all.filter(isInTime);
    const isRight = line.isLagging
      ? this.#isSafe(stored, held)
      : describe(stored.sessions) === describe(held);
    if (!isRight)
      ledger.violate('KV', `The record holds ${describe(stored.sessions)}, the guard ${describe(held)}`);
  }

  /** What a record that lags may say: no session in it has ended, and one that lives is in it or was opened since. */
  #isSafe(stored: Stored, held: readonly HeldSession[]): boolean {
    const { sessions } = this.#around.ledger;
    const listed = new Set(stored.sessions.map(({ sid }) => sid));
    return (
      stored.sessions.every(({ sid }) => !sessions.get(sid)?.endedSince && !sessions.get(sid)?.deadSince) &&
      held.every(
        ({ sid }) =>
          listed.has(sid) ||
          Number.parseInt(sid, 36) > stored.highest ||
          // It had ended, and came back when the storage was lost.
          (sessions.get(sid)?.excuses.size ?? 0) > 0,
      )
    );
  }

  /** An answer of which a pair is made. */
  async #mint<T extends object>(user: string, use: (guard: AccountGuard<unknown>) => Promise<T>): Promise<T> {
    const outcome = await this.#call(user, use);
    if ('grant' in outcome) this.#of(user).status.minted(outcome.grant as Grant);
    return outcome;
  }

  /** With storage of its own a guard answers whatever KV does. */
  async #call<T>(user: string, use: (guard: AccountGuard<unknown>) => Promise<T>): Promise<T> {
    const { host } = this.#of(user);
    try {
      return await host.call(use);
    } catch (error) {
      if (!host.isEmpty()) this.#around.ledger.violate('KV', `A guard with storage failed: ${error}`);
      throw error;
    }
  }

  /** The object of a user, made when it is first needed; its tables are emptied of what an earlier history left. */
  #of(user: string): Guarded {
    const known = this.#guarded.get(user);
    if (known) return known;
    const { timeline, ledger, directory, policy, kv, random } = this.#around;
    const watch = new OperatorWatch(ledger, () => timeline.now);
    const line = new RecordLine(user, kv, ledger, timeline, watch);
    const status = new StatusWatch(ledger, () => timeline.now);
    const host: GuardHost = new GuardHost(this.#state, timeline, user, (isAlive) => ({
      store: line.namespace(kv.at(somewhere(random)), { isAlive, isRestoring: () => host.isEmpty() }),
      directory,
      status,
      policy: { ...policy, accessTokenTtlSeconds: status.begin() },
      notifyLogout: async () => true,
    }));
    host.createTables();
    host.loseStorage();
    const made = { host, watch, line, status };
    this.#guarded.set(user, made);
    return made;
  }
}

function describe(sessions: readonly HeldSession[]): string {
  const lines = sessions.map(({ sid, generation, jti }) => `${sid}-${generation} (${jti.slice(0, 8)})`);
  return lines.toSorted().join(', ') || 'nothing';
}
