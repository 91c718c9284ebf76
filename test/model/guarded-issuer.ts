import type { AccountGuard } from '../../src/adapters/account-guard/account-guard.ts';
import type { Accounts } from '../../src/core/account/accounts.ts';
import { GuardHost } from './guard-host.ts';
import { type HeldSession, type Issuer, type Surroundings, somewhere } from './issuer.ts';
import { OperatorWatch } from './operator-watch.ts';

/** edgemint itself: one guard for each user, on its own tables. */
export class GuardedIssuer implements Issuer {
  readonly accounts: Accounts;
  readonly #state: DurableObjectState;
  readonly #around: Surroundings;
  readonly #hosts = new Map<string, { host: GuardHost; watch: OperatorWatch }>();

  constructor(state: DurableObjectState, around: Surroundings) {
    this.#state = state;
    this.#around = around;
    const call = <T>(user: string, use: (guard: AccountGuard<unknown>) => Promise<T>) =>
      this.#of(user).host.call(use);
    this.accounts = {
      signIn: (user, request) => call(user, (guard) => guard.signIn(user, request)),
      refresh: (user, request) => call(user, (guard) => guard.refresh(user, request)),
      redeem: (user, redemption) => call(user, (guard) => guard.redeem(user, redemption)),
      isCurrent: (user, sid, generation) => call(user, (guard) => guard.isCurrent(user, sid, generation)),
      isLive: (user, sid) => call(user, (guard) => guard.isLive(user, sid)),
      list: (user) => call(user, (guard) => guard.list(user)),
      listReused: (user) => call(user, (guard) => guard.listReused(user)),
      end: (user, sid) => call(user, (guard) => guard.end(user, sid)),
      endAll: (user) => call(user, (guard) => guard.endAll(user)),
      changePassword: (user, change) => call(user, (guard) => guard.changePassword(user, change)),
      changeCredentials: (user, change) => call(user, (guard) => guard.changeCredentials(user, change)),
    };
  }

  evict(user: string): void {
    this.#of(user).host.evict();
  }

  loseStorage(user: string): void {
    const { host, watch } = this.#of(user);
    host.loseStorage();
    watch.forget();
  }

  deleteRecord(user: string): void {
    const { kv, policy } = this.#around;
    const value = kv.stored(user);
    if (value === null) return;
    this.#of(user).watch.deletedByHand(value, policy.refreshIdleTtlSeconds);
    kv.deleteByHand(user);
  }

  held(user: string): HeldSession[] | undefined {
    const { host } = this.#of(user);
    return host.isEmpty() ? undefined : host.rows().map(({ state }) => JSON.parse(state));
  }

  checkAtRest(user: string): void {
    const { watch } = this.#of(user);
    const held = this.held(user);
    if (!held) return;
    watch.check(held);
    if (watch.isPending) return;
    const stored = this.#around.kv.stored(user);
    const listed: HeldSession[] = stored === null ? [] : JSON.parse(stored).sessions;
    if (describe(listed) !== describe(held))
      this.#around.ledger.violate('KV', `The record holds ${describe(listed)}, the guard ${describe(held)}`);
  }

  /** The object of a user, made when it is first needed; its tables are emptied of what an earlier history left. */
  #of(user: string) {
    const known = this.#hosts.get(user);
    if (known) return known;
    const { timeline, ledger, directory, policy } = this.#around;
    const watch = new OperatorWatch(ledger, () => timeline.now);
    const host: GuardHost = new GuardHost(this.#state, timeline, user, (isAlive) => ({
      store: this.#watched(() => host, watch, isAlive),
      directory,
      policy,
      notifyLogout: async () => true,
    }));
    host.createTables();
    host.loseStorage();
    const made = { host, watch };
    this.#hosts.set(user, made);
    return made;
  }

  /** The KV as an instance sees it from where it was started, with an ear at the line. */
  #watched(host: () => GuardHost, watch: OperatorWatch, isAlive: () => boolean): KVNamespace {
    const { kv, ledger, random } = this.#around;
    const store = kv.at(somewhere(random));
    return {
      async get(user: string) {
        const isRestoring = host().isEmpty();
        const value = await store.get(user);
        if (isAlive() && isRestoring) ledger.restored(user, value === null ? undefined : JSON.parse(value));
        else if (isAlive()) watch.read(value !== null);
        return value;
      },
      async put(user: string, value: string, options: { expirationTtl: number }) {
        watch.put(value);
        await store.put(user, value, options);
        if (isAlive()) watch.confirmed(value);
      },
      async delete(user: string) {
        await store.delete(user);
        if (isAlive()) watch.confirmed(undefined);
      },
    } as unknown as KVNamespace;
  }
}

function describe(sessions: readonly HeldSession[]): string {
  const lines = sessions.map(({ sid, generation, jti }) => `${sid}-${generation} (${jti.slice(0, 8)})`);
  return lines.toSorted().join(', ') || 'nothing';
}
