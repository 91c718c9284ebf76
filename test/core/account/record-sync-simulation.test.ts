import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failed,
  found,
  missed,
  NEW_SYNC,
  nextStep,
  type RecordSync,
  written,
} from '../../../src/core/account/record-sync.ts';

const TTL = 14 * 86_400;
const START = 1_000_000;

/** How one call to KV goes: its time, and for a put whether it fails, and lands after all so long after it was given up. */
type Call = { takes: number; fails: boolean; landsAfter: number | undefined; staleness: number };
type Event = { after: number; kind: 'change' | 'operator deletes' | 'guard restarts' };
type Entry = { version: number; until: number };

/** Workers KV with one key, all of whose past is known, so that reads may be stale. */
class SimulatedKv {
  readonly #states: { from: number; entry: Entry | undefined }[] = [];

  set(at: number, entry: Entry | undefined): void {
    this.#states.push({ from: at, entry });
    this.#states.sort((a, b) => a.from - b.from);
  }

  at(instant: number): Entry | undefined {
    const entry = this.#states.findLast((state) => state.from <= instant)?.entry;
    return entry && instant < entry.until ? entry : undefined;
  }
}

/** Does with a KV what the guard's writer does, after the rules under test. */
class Simulation {
  readonly kv = new SimulatedKv();
  readonly puts: { startedAt: number; endedAt: number; life: number }[] = [];
  readonly misses: number[] = [];
  readonly deletions: number[] = [];
  version = 0;
  life = 0;
  now = START;
  sync: RecordSync = NEW_SYNC;
  readonly #calls: Call[];
  readonly #events: { at: number; kind: Event['kind'] }[] = [];

  constructor(calls: readonly Call[], events: readonly Event[], ttl = TTL) {
    this.#calls = [...calls];
    this.ttl = ttl;
    let at = START;
    for (const event of events) {
      at += event.after;
      this.#events.push({ at, kind: event.kind });
    }
  }

  readonly ttl: number;

  run(): this {
    for (let turn = 0; turn < 2_000; turn += 1) {
      this.#happen();
      const step = nextStep(this.sync, this.now);
      const next = this.#events[0]?.at ?? Number.POSITIVE_INFINITY;
      if (step.do === 'read') this.#read();
      else if (step.do === 'write') this.#write();
      else if (step.do === 'wait') this.now = Math.min(step.until, next);
      else if (next === Number.POSITIVE_INFINITY) return this;
      else this.now = next;
    }
    throw new Error('It never comes to rest');
  }

  #happen(): void {
    while (this.#events[0] && this.#events[0].at <= this.now) {
      const { at, kind } = this.#events.shift() as { at: number; kind: Event['kind'] };
      if (kind === 'operator deletes') this.kv.set(at, undefined);
      if (kind === 'change') {
        this.version += 1;
        this.sync = { ...this.sync, dirty: true };
      }
      if (kind === 'guard restarts') {
        this.life += 1;
        this.sync = { ...NEW_SYNC, heldUntil: this.sync.heldUntil, missing: this.sync.missing };
      }
    }
  }

  #call(): Call {
    return this.#calls.shift() ?? { takes: 0.05, fails: false, landsAfter: undefined, staleness: 0 };
  }

  #write(): void {
    const { takes, fails, landsAfter } = this.#call();
    const startedAt = this.now;
    const written_ = this.version;
    const entry = { version: written_, until: startedAt + this.ttl };
    this.now += takes;
    this.puts.push({ startedAt, endedAt: this.now, life: this.life });
    if (!fails) this.kv.set(this.now, entry);
    else if (landsAfter !== undefined) this.kv.set(this.now + landsAfter, entry);
    const life = this.life;
    this.#happen();
    if (life !== this.life) return;
    this.sync = fails
      ? failed(this.sync, this.now, 'write')
      : written(this.sync, this.now, entry.until, this.version !== written_);
  }

  #read(): void {
    const { takes, fails, staleness } = this.#call();
    const entry = this.kv.at(this.now - staleness);
    this.now += takes;
    const life = this.life;
    this.#happen();
    if (life !== this.life) return;
    if (fails) this.sync = failed(this.sync, this.now, 'read');
    else if (entry) this.sync = found(this.sync, this.now);
    else {
      const outcome = missed(this.sync, this.now);
      this.sync = outcome.sync;
      this.misses.push(this.now);
      if (outcome.deleted) this.deletions.push(this.now);
    }
  }
}

const seconds = (max: number) =>
  fc.integer({ min: 0, max: max * 1_000 }).map((milliseconds) => milliseconds / 1_000);
const call = (failureWeight: number): fc.Arbitrary<Call> =>
  fc.record({
    takes: seconds(29),
    fails: fc.oneof(
      { weight: 4, arbitrary: fc.constant(false) },
      { weight: failureWeight, arbitrary: fc.constant(true) },
    ),
    landsAfter: fc.option(seconds(59), { nil: undefined }),
    staleness: seconds(120),
  });
const calls = fc.array(call(3), { maxLength: 40 });
const pause = fc.oneof(seconds(3), seconds(100), seconds(2_000), seconds(40_000));
const happenings = (...kinds: Event['kind'][]) =>
  fc.array(fc.record({ after: pause, kind: fc.constantFrom(...kinds) }), { maxLength: 30 });

describe('the record in a KV that fails, delays and serves stale reads', () => {
  it('is put at most once a second, for as long as a guard lives', () => {
    fc.assert(
      fc.property(calls, happenings('change', 'guard restarts', 'operator deletes'), (kvCalls, events) => {
        const { puts } = new Simulation(kvCalls, events).run();
        for (const [index, put] of puts.entries()) {
          const before = puts[index - 1];
          if (before?.life === put.life) expect(put.startedAt - before.endedAt).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });

  it('shows the newest state in the end, though failed puts landed up to a minute later', () => {
    let landedOverNewer = 0;
    fc.assert(
      fc.property(calls, happenings('change'), (kvCalls, events) => {
        const simulation = new Simulation(kvCalls, events).run();
        expect(simulation.kv.at(simulation.now + 60)?.version).toBe(simulation.version);
        landedOverNewer += kvCalls.filter((each) => each.fails && each.landsAfter !== undefined).length;
      }),
      { numRuns: 500 },
    );
    expect(landedOverNewer).toBeGreaterThan(100);
  });

  it('is never taken for deleted where nobody deleted it, through stale reads, failures and restarts', () => {
    let misses = 0;
    // A put of which nobody knows whether it landed is no delete: it can only add to the record.
    fc.assert(
      fc.property(calls, happenings('change', 'guard restarts'), (kvCalls, events) => {
        const simulation = new Simulation(kvCalls, events).run();
        expect(simulation.deletions).toEqual([]);
        misses += simulation.misses.length;
      }),
      { numRuns: 1_000 },
    );
    expect(misses).toBeGreaterThan(0);
  });

  it('is never taken for deleted when KV forgot it by itself in an outage', () => {
    const ttl = 900;
    fc.assert(
      fc.property(
        fc.array(call(8), { maxLength: 30 }),
        happenings('change', 'guard restarts'),
        (kvCalls, events) => {
          expect(new Simulation(kvCalls, events, ttl).run().deletions).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('deleted by an operator is found out by the next change, at two misses at least 5 minutes apart', () => {
    fc.assert(
      fc.property(seconds(4_000), seconds(4_000), fc.boolean(), (rest, later, isRestarted) => {
        const simulation = new Simulation(
          [],
          [
            { after: 301 + rest, kind: 'operator deletes' },
            ...(isRestarted ? [{ after: 0, kind: 'guard restarts' as const }] : []),
            { after: later, kind: 'change' },
          ],
        ).run();
        expect(simulation.deletions).toHaveLength(1);
        const [first, second] = simulation.misses as [number, number];
        expect(second - first).toBeGreaterThanOrEqual(300);
        expect(simulation.puts.some(({ startedAt }) => startedAt > first && startedAt < second)).toBe(false);
        expect(simulation.kv.at(simulation.now)?.version).toBe(1);
      }),
    );
  });
});
