import { AccountGuard } from '../../src/adapters/account-guard/account-guard.ts';
import type { GuardOptions } from '../../src/adapters/account-guard/guard-options.ts';
import type { Due, Timeline } from '../support/timeline.ts';

type Instance = { guard: AccountGuard<unknown>; isAlive: boolean };

/** The tables of `GuardStorage`. */
const TABLES = /\b(account|sessions|ended_sessions|revocations)\b/g;
const ALARM_RETRY_SECONDS = 2;

/** What a host asks for, for each new instance of its guard. */
export type InstanceOptions = (isAlive: () => boolean) => Omit<GuardOptions, 'clock'>;

/**
 * The runtime around one user's guard, as far as the guard can tell: it runs one call after another while its gate is
 * closed, its alarm goes off once and again if the instance died in it, and its memory or storage can be lost at any moment.
 * The class and the SQLite storage are the real ones; all users share one Durable Object, with tables of their own.
 */
export class GuardHost {
  readonly #state: DurableObjectState;
  readonly #timeline: Timeline;
  readonly #tableSuffix: string;
  readonly #options: InstanceOptions;
  readonly #queries = new Map<string, string>();
  #instance: Instance | undefined;
  #alarm: Due | undefined;
  /** It went off, and its handler hasn't come to its end. */
  #isRinging = false;
  #gate: Promise<unknown> | undefined;
  #waiting: (() => void)[] = [];

  constructor(state: DurableObjectState, timeline: Timeline, tableSuffix: string, options: InstanceOptions) {
    this.#state = state;
    this.#timeline = timeline;
    this.#tableSuffix = tableSuffix;
    this.#options = options;
  }

  /** Calls the guard. Never settles if the instance dies before it answers. */
  call<T>(use: (guard: AccountGuard<unknown>) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const instance = this.#alive();
        use(instance.guard).then(
          (value) => instance.isAlive && resolve(value),
          (error: unknown) => instance.isAlive && reject(error),
        );
      };
      if (this.#gate) this.#waiting.push(run);
      else run();
    });
  }

  /** The object is evicted or crashes: its memory is gone, and what it was doing stops where it was. */
  evict(): void {
    const instance = this.#instance;
    if (!instance) return;
    instance.isAlive = false;
    this.#instance = undefined;
    this.#gate = undefined;
    this.#waiting = [];
    if (this.#isRinging && !this.#alarm) this.#setAlarm(this.#timeline.now + ALARM_RETRY_SECONDS);
    this.#isRinging = false;
  }

  /** The storage is lost, and with it the alarm. */
  loseStorage(): void {
    this.evict();
    this.#clearAlarm();
    for (const table of ['account', 'sessions', 'ended_sessions', 'revocations'])
      this.#exec(`DELETE FROM ${table}`);
  }

  /** Before the first history of a run. */
  createTables(): void {
    this.#alive();
  }

  isEmpty(): boolean {
    return Number(this.#exec('SELECT count(*) AS count FROM account').one().count) === 0;
  }

  rows(): { state: string }[] {
    return [...this.#exec('SELECT state FROM sessions')] as { state: string }[];
  }

  get alarmAt(): number | undefined {
    return this.#alarm?.at;
  }

  #alive(): Instance {
    if (this.#instance) return this.#instance;
    const instance = { isAlive: true } as Instance;
    const options = { ...this.#options(() => instance.isAlive), clock: () => this.#timeline.now };
    instance.guard = new AccountGuard<unknown>(this.#context(instance), {}, options);
    this.#instance = instance;
    return instance;
  }

  /** The object's state, with a fence: a dead instance's code that still runs here can't touch anything. */
  #context(instance: Instance): DurableObjectState {
    const check = () => {
      if (!instance.isAlive) throw new Error('This instance is gone');
    };
    const fenced = <A extends unknown[], T>(work: (...args: A) => T) => {
      return (...args: A): T => {
        check();
        return work(...args);
      };
    };
    const storage = {
      sql: { exec: fenced((query: string, ...values: unknown[]) => this.#exec(query, ...values)) },
      transactionSync: fenced(<T>(work: () => T) => this.#state.storage.transactionSync(work)),
      getAlarm: fenced(async () => (this.#alarm ? this.#alarm.at * 1_000 : null)),
      setAlarm: fenced(async (at: number) => this.#setAlarm(at / 1_000)),
    };
    return Object.create(this.#state, {
      storage: { value: storage },
      waitUntil: { value: (work: Promise<unknown>) => void work.catch(() => undefined) },
      blockConcurrencyWhile: { value: fenced(<T>(work: () => Promise<T>) => this.#block(instance, work)) },
    });
  }

  async #block<T>(instance: Instance, work: () => Promise<T>): Promise<T> {
    const gate = work();
    this.#gate = gate;
    try {
      return await gate;
    } finally {
      if (instance.isAlive) this.#timeline.after(0, () => this.#open(instance));
    }
  }

  /** What waited at the gate goes on, each an event of its own. */
  #open(instance: Instance): void {
    if (!instance.isAlive) return;
    this.#gate = undefined;
    this.#next(instance);
  }

  #next(instance: Instance): void {
    if (!instance.isAlive || this.#gate) return;
    const run = this.#waiting.shift();
    if (!run) return;
    run();
    this.#timeline.after(0, () => this.#next(instance));
  }

  #exec(query: string, ...values: unknown[]) {
    let own = this.#queries.get(query);
    if (own === undefined) {
      own = query.replace(TABLES, `$1_${this.#tableSuffix}`);
      this.#queries.set(query, own);
    }
    return this.#state.storage.sql.exec(own, ...values);
  }

  #setAlarm(at: number): void {
    this.#clearAlarm();
    this.#alarm = this.#timeline.schedule(at, () => this.#ring());
  }

  #clearAlarm(): void {
    if (this.#alarm) this.#alarm.cancelled = true;
    this.#alarm = undefined;
  }

  /** An alarm waits at the gate as every other call does. */
  #ring(): void {
    this.#alarm = undefined;
    this.#isRinging = true;
    const run = () => {
      const instance = this.#alive();
      const settle = () => {
        if (instance.isAlive) this.#isRinging = false;
      };
      this.#timeline.tell(`the alarm of ${this.#tableSuffix} goes off`);
      instance.guard.alarm().then(settle, settle);
    };
    if (this.#gate) this.#waiting.push(run);
    else run();
  }
}
