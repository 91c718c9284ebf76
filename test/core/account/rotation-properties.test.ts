import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Outcome, type RotationPolicy } from '../../../src/core/account/rotation.ts';
import type { Session } from '../../../src/core/account/session.ts';
import { formatSessionRecord, parseSessionRecord } from '../../../src/core/account/session-record.ts';
import { HERE, START, sessionOf } from './sessions.ts';

const HOUR = 3_600;
const POLICY: RotationPolicy = { refreshIdleTtlSeconds: 2 * HOUR, retryWindowSeconds: 10 };
const END = START + 24 * HOUR;

/** One minting of a token, as its holder has it. */
type Minted = { generation: number; expiresAt: number };

/** DESIGN.md's table, told again and naively: everything that was ever accepted is kept, apart from what must be forgotten. */
class Model {
  newest = 0;
  isDead = false;
  readonly firstUses = new Map<number, { key: string | undefined; at: number }>();

  present(token: Minted, key: string | undefined, now: number): Outcome['kind'] {
    if (this.isDead) return 'unknown';
    if (now >= token.expiresAt || now >= END) return 'expired';
    if (token.generation === this.newest) return this.#spend(key, now);
    const first = this.firstUses.get(token.generation);
    const isSuccessorUsed = this.newest > token.generation + 1;
    const isSame = key === undefined ? this.#isQuickRepeat(first, isSuccessorUsed, now) : first?.key === key;
    if (isSame) return isSuccessorUsed ? 'late' : 'repeated';
    this.isDead = true;
    return 'reused';
  }

  #isQuickRepeat(first: { key: string | undefined; at: number } | undefined, isUsed: boolean, now: number) {
    return first !== undefined && first.key === undefined && !isUsed && now < first.at + 10;
  }

  #spend(key: string | undefined, now: number): 'rotated' {
    this.firstUses.set(this.newest, { key, at: now });
    this.newest += 1;
    for (const [generation, { at }] of this.firstUses)
      if (this.newest - generation > 16 && now - at >= 600) this.firstUses.delete(generation);
    return 'rotated';
  }
}

const key = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
const wait = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0, 0.001, 1, 5, 9.999) },
  { weight: 2, arbitrary: fc.constantFrom(10, 30, 600, 1_800) },
  { weight: 1, arbitrary: fc.constantFrom(7_199, 7_200, 20_000) },
);
/** Mostly the newest token; `back` counts mintings. */
const back = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }) },
);
const presentations = fc.array(fc.record({ key, wait, back }), { minLength: 1, maxLength: 60 });
/** Everybody uses the key of the generation, so that long lives and late duplicates are seen. */
const orderlyPresentations = fc.array(fc.record({ key: fc.constant('own' as const), wait, back }), {
  minLength: 20,
  maxLength: 100,
});

type Step = { key: string | undefined; wait: number; back: number };

/** Plays presentations as the guard would; every token that comes out may be presented later. */
function* play(steps: readonly Step[], first: Session) {
  let session: Session | undefined = first;
  let now = START;
  const minted: Minted[] = [{ generation: first.generation, expiresAt: first.idleExpiresAt }];
  for (const step of steps) {
    now += step.wait;
    const token = minted[Math.max(0, minted.length - 1 - step.back)] as Minted;
    const keyHash = step.key === 'own' ? `own ${token.generation}` : step.key;
    const before: Session | undefined = session;
    const outcome: Outcome = decide(
      session,
      { ...token, ...(keyHash !== undefined && { keyHash }), place: HERE },
      POLICY,
      now,
    );
    if (outcome.kind === 'reused') session = undefined;
    if (outcome.kind === 'rotated' || outcome.kind === 'repeated') {
      session = outcome.session;
      minted.push({ generation: session.generation, expiresAt: session.idleExpiresAt });
    }
    yield { token, keyHash, now, outcome, before, session };
  }
}

const fresh = () => sessionOf({ idleExpiresAt: START + 2 * HOUR, expiresAt: END });

describe('any sequence of presentations', () => {
  it.each([
    ['by anybody', presentations],
    ['by keyed clients', orderlyPresentations],
  ])('is decided as a naive model decides it (%s)', (_, sequences) => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(sequences, (steps) => {
        const model = new Model();
        for (const { token, keyHash, now, outcome } of play(steps, fresh())) {
          expect(outcome.kind).toBe(model.present(token, keyHash, now));
          seen.set(outcome.kind, (seen.get(outcome.kind) ?? 0) + 1);
        }
      }),
      { numRuns: 1_500 },
    );
    // A property that never gets to an outcome shows nothing about it.
    for (const kind of ['rotated', 'repeated', 'late', 'expired'])
      expect(seen.get(kind), kind).toBeGreaterThan(20);
  });

  it('accepts at most one attempt for each generation (P1)', () => {
    fc.assert(
      fc.property(presentations, (steps) => {
        const accepted = new Map<number, string>();
        for (const { token, keyHash, outcome } of play(steps, fresh())) {
          if (outcome.kind !== 'rotated' && outcome.kind !== 'repeated') continue;
          const attempt = keyHash ?? '(no key)';
          expect(accepted.get(token.generation) ?? attempt).toBe(attempt);
          expect(outcome.session.generation).toBe(token.generation + 1);
          accepted.set(token.generation, attempt);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('only raises the generation, by one, and keeps the idle end within the absolute end', () => {
    fc.assert(
      fc.property(presentations, (steps) => {
        for (const { outcome, before, session } of play(steps, fresh())) {
          if (!before || !session) continue;
          expect(session.generation - before.generation).toBe(outcome.kind === 'rotated' ? 1 : 0);
          expect(session.idleExpiresAt).toBeLessThanOrEqual(session.expiresAt);
          expect(session.spent.length).toBeLessThanOrEqual(1_024);
        }
      }),
    );
  });

  it('kills the session once two keys present one generation, for whoever comes next (P3)', () => {
    fc.assert(
      fc.property(presentations, (steps) => {
        const users = new Map<number, Set<string>>();
        let isStolen = false;
        for (const { token, keyHash, outcome } of play(steps, fresh())) {
          if (outcome.kind === 'expired') continue;
          if (isStolen) expect(outcome.kind).toBe('unknown');
          const attempts = users.get(token.generation) ?? new Set();
          users.set(token.generation, attempts.add(keyHash ?? ''));
          if (attempts.size > 1) {
            expect(['reused', 'unknown']).toContain(outcome.kind);
            isStolen = true;
          }
        }
      }),
    );
  });

  it('never accepts two attempts for a generation after a restoration either, however stale the record was', () => {
    const presented = fc.record({
      generation: fc.integer({ min: 0, max: 12 }),
      keyHash: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.nat(8), fc.array(presented, { maxLength: 20 }), (generation, sequence) => {
        let session: Session | undefined = sessionOf({ generation, restored: true });
        const accepted = new Map<number, string>();
        for (const each of sequence) {
          const outcome: Outcome = decide(session, { ...each, expiresAt: END, place: HERE }, POLICY, START);
          if (outcome.kind === 'reused') session = undefined;
          if (outcome.kind !== 'rotated' && outcome.kind !== 'repeated') continue;
          expect(outcome.session.generation).toBeGreaterThanOrEqual(session?.generation ?? 0);
          session = outcome.session;
          expect(accepted.get(each.generation) ?? each.keyHash).toBe(each.keyHash);
          accepted.set(each.generation, each.keyHash);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an honest client on a bad network', () => {
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ do: 'send' as const, at: 0 }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('deliver' as const), at: fc.nat(30) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), at: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'restore' as const, at: 0 }) },
  );

  it('is never signed out: lost, repeated, reordered and late requests and answers, and a guard restored from its record (P2)', () => {
    let rotations = 0;
    let lates = 0;
    fc.assert(
      fc.property(fc.array(event, { minLength: 10, maxLength: 120 }), fc.boolean(), (events, pausing) => {
        let session = sessionOf({ expiresAt: END });
        let now = START;
        let held = 0;
        const requests: number[] = [];
        const answers: number[] = [];
        for (const { do: what, at } of events) {
          now += pausing ? 15 : 0.01;
          if (what === 'send') requests.push(held);
          if (what === 'restore') {
            const { value } = formatSessionRecord({ highest: 1, sessions: [session] }, now);
            session = parseSessionRecord(value)?.sessions[0] as Session;
          }
          // Any request of the last ones may come (again), and any answer may come, late or never.
          const generation = requests.at(-1 - (at % Math.max(1, requests.length)));
          if (what === 'deliver' && generation !== undefined && generation >= session.generation - 16) {
            const keyHash = `key of ${generation}`;
            const outcome = decide(
              session,
              { generation, keyHash, expiresAt: END, place: HERE },
              POLICY,
              now,
            );
            expect(['rotated', 'repeated', 'late']).toContain(outcome.kind);
            if (outcome.kind === 'rotated') rotations += 1;
            if (outcome.kind === 'late') lates += 1;
            if ('session' in outcome) {
              session = outcome.session;
              answers.push(session.generation);
            }
          }
          const answer = answers.at(-1 - (at % Math.max(1, answers.length)));
          if (what === 'answer' && answer !== undefined) held = Math.max(held, answer);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(rotations).toBeGreaterThan(1_000);
    expect(lates).toBeGreaterThan(100);
  });
});
