import type { HostileKv } from '../support/hostile-kv.ts';
import type { Timeline } from '../support/timeline.ts';
import type { Ledger } from './ledger.ts';
import type { OperatorWatch } from './operator-watch.ts';

/** A call that a dead guard sent may take effect until then: 30 s for the call and a minute to land late. */
const STRAY_SECONDS = 90;
const SPACING_SECONDS = 1;
/** A call that takes longer is given up, and its caller never learns how it ended. */
const LONGEST_CALL_SECONDS = 30;
/** By then a commit is in every location's copy, a second look after a stale miss included. */
const KNOWN_AFTER_SECONDS = 800;
/** The guard may have been waiting for that long after failures. */
const LONGEST_BACKOFF_SECONDS = 3_600;

/** One instance of the guard, as its line knows it. */
export type LineUser = { isAlive(): boolean; isRestoring(): boolean };

/** The line between one user's guard and KV, with an ear at it: what is said, and what of it may still take effect. */
export class RecordLine {
  /** The record may show an older generation than the guard has: a call that a dead instance sent came last. */
  isLagging = false;
  readonly #user: string;
  readonly #kv: HostileKv;
  readonly #ledger: Ledger;
  readonly #timeline: Timeline;
  readonly #watch: OperatorWatch;
  #inFlight = 0;
  #strayUntil = Number.NEGATIVE_INFINITY;
  #brokenAt = Number.NEGATIVE_INFINITY;
  #isKnown: (at: number) => boolean = () => false;

  constructor(user: string, kv: HostileKv, ledger: Ledger, timeline: Timeline, watch: OperatorWatch) {
    this.#user = user;
    this.#kv = kv;
    this.#ledger = ledger;
    this.#timeline = timeline;
    this.#watch = watch;
  }

  /** The guard's instance died. */
  died(): void {
    const { now } = this.#timeline;
    const mayLand = this.#inFlight > 0 || now - this.#kv.lastFaultAt(this.#user) < STRAY_SECONDS;
    if (mayLand) {
      this.isLagging = true;
      this.#strayUntil = now + STRAY_SECONDS;
    }
    this.#inFlight = 0;
    this.#brokenAt = now;
  }

  /** And its storage was lost. */
  lostStorage(): void {
    const lostAt = this.#timeline.now;
    const faultAt = this.#kv.lastFaultAt(this.#user);
    const isFaultless = faultAt === Number.NEGATIVE_INFINITY;
    const after = KNOWN_AFTER_SECONDS + (isFaultless ? 0 : LONGEST_BACKOFF_SECONDS);
    const troubledUntil = Math.max(faultAt, this.#brokenAt);
    this.#isKnown = (at) => troubledUntil < at && lostAt - at > after;
    this.died();
  }

  /** KV as an instance sees it from where it was started. */
  namespace(store: KVNamespace, { isAlive, isRestoring }: LineUser): KVNamespace {
    let lastEndedAt = Number.NEGATIVE_INFINITY;
    /** @returns whether it ended before the guard may have given it up */
    const send = async (call: () => Promise<void>): Promise<boolean> => {
      const begunAt = this.#timeline.now;
      if (begunAt - lastEndedAt < SPACING_SECONDS - 0.001)
        this.#ledger.violate('KV', 'The guard writes its record twice within a second');
      this.#inFlight += 1;
      try {
        await call();
      } finally {
        const { now } = this.#timeline;
        if (now - begunAt < LONGEST_CALL_SECONDS) lastEndedAt = now;
        if (isAlive()) this.#inFlight -= 1;
      }
      if (isAlive() && begunAt >= this.#strayUntil) this.isLagging = false;
      return this.#timeline.now - begunAt < LONGEST_CALL_SECONDS;
    };
    return {
      get: async (user: string) => {
        const wasRestoring = isRestoring();
        // A write is to follow it.
        if (!wasRestoring) this.#inFlight += 1;
        const value = await store.get(user).finally(() => {
          if (isAlive() && !wasRestoring) this.#inFlight -= 1;
        });
        if (isAlive() && wasRestoring) {
          this.#watch.doubt();
          this.#ledger.restored(user, value === null ? undefined : JSON.parse(value), this.#isKnown);
        } else if (isAlive()) this.#watch.read(value !== null);
        return value;
      },
      put: async (user: string, value: string, options: { expirationTtl: number }) => {
        this.#watch.put(value);
        const isHeard = await send(() => store.put(user, value, options));
        if (isAlive()) this.#watch.confirmed(value, isHeard);
      },
      delete: async (user: string) => {
        this.#watch.doubt();
        const isHeard = await send(() => store.delete(user));
        if (isAlive()) this.#watch.confirmed(undefined, isHeard);
      },
    } as unknown as KVNamespace;
  }
}
