import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Allowance,
  charge,
  forgottenAt,
  MOST_ATTEMPTS,
  REFILL_SECONDS,
  refund,
} from '../../../src/core/passwords/throttle.ts';

const NOW = 2_000_000_000;

/** Tries at each of these moments. @returns when it was allowed to */
function attemptAt(moments: readonly number[], first?: Allowance): number[] {
  let allowance = first;
  return moments.filter((now) => {
    const outcome = charge(allowance, now);
    if (outcome.ok) allowance = outcome.allowance;
    return outcome.ok;
  });
}

const many = (count: number, now: number) => Array.from({ length: count }, () => now);
const empty = (now: number): Allowance => ({ spent: MOST_ATTEMPTS, at: now });

describe('charge', () => {
  it('allows ten attempts at once, of however many', () => {
    expect(attemptAt(many(1_000, NOW))).toHaveLength(MOST_ATTEMPTS);
  });

  it('allows one more after each refill, and not a moment sooner', () => {
    const moments = [REFILL_SECONDS - 0.01, REFILL_SECONDS, REFILL_SECONDS + 0.01, 2 * REFILL_SECONDS];
    expect(
      attemptAt(
        moments.map((each) => NOW + each),
        empty(NOW),
      ),
    ).toEqual([NOW + REFILL_SECONDS, NOW + 2 * REFILL_SECONDS]);
  });

  it('fills up to ten attempts, never more', () => {
    expect(attemptAt(many(50, NOW + 1_000 * REFILL_SECONDS), empty(NOW))).toHaveLength(MOST_ATTEMPTS);
  });

  it('costs nothing when it is refused', () => {
    const refusals = many(1_000, NOW + REFILL_SECONDS - 1);
    expect(attemptAt([...refusals, NOW + REFILL_SECONDS], empty(NOW))).toEqual([NOW + REFILL_SECONDS]);
  });

  it('says in whole seconds when it may be tried again: then it is allowed, a second before it is not', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: REFILL_SECONDS - 1, noNaN: true }), (waited) => {
        const now = NOW + waited;
        const outcome = charge(empty(NOW), now);
        if (outcome.ok) throw new Error('should have been refused');
        expect(Number.isInteger(outcome.retryAfterSeconds)).toBe(true);
        expect(outcome.retryAfterSeconds).toBeGreaterThan(0);
        expect(charge(empty(NOW), now + outcome.retryAfterSeconds).ok).toBe(true);
        expect(charge(empty(NOW), now + outcome.retryAfterSeconds - 1.001).ok).toBe(false);
      }),
    );
  });

  it('over any schedule allows no more than a full bucket and what was refilled in between', () => {
    const pauses = fc.array(
      fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 3_000 }),
        fc.double({ min: 0, max: 400, noNaN: true }),
      ),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(pauses, (pauses) => {
        let now = NOW;
        const allowed = attemptAt(pauses.map((pause) => (now += pause)));
        for (const [first, start] of allowed.entries())
          for (const [last, end] of allowed.entries())
            if (last >= first)
              expect(last - first + 1).toBeLessThanOrEqual(
                MOST_ATTEMPTS + (end - start) / REFILL_SECONDS + 1e-6,
              );
      }),
      { numRuns: 200 },
    );
  });

  it('gives nothing away to a clock that goes back and forth', () => {
    const moments = Array.from({ length: 400 }, (_, index) => NOW + (index % 2 === 0 ? 0 : 200));
    expect(attemptAt(moments).length).toBeLessThanOrEqual(MOST_ATTEMPTS + 1);
  });
});

describe('refund', () => {
  it('gives back the attempt that was charged', () => {
    let allowance: Allowance | undefined;
    for (let turn = 0; turn < 100; turn += 1) {
      const outcome = charge(allowance, NOW);
      if (!outcome.ok) throw new Error(`refused at ${turn}`);
      allowance = refund(outcome.allowance, NOW);
    }
    expect(allowance).toEqual({ spent: 0, at: NOW });
  });

  it('never makes the bucket more than full', () => {
    const allowance = refund(refund({ spent: 0.5, at: NOW }, NOW), NOW);
    expect(attemptAt(many(50, NOW), allowance)).toHaveLength(MOST_ATTEMPTS);
  });
});

describe('forgottenAt', () => {
  it('is when the bucket is full again, so that forgetting it changes nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: MOST_ATTEMPTS, noNaN: true }), (spent) => {
        const allowance = { spent, at: NOW };
        const then = forgottenAt(allowance);
        expect(attemptAt(many(50, then + 0.001), allowance)).toHaveLength(MOST_ATTEMPTS);
        if (spent > 0.01) expect(attemptAt(many(50, then - 2), allowance)).toHaveLength(MOST_ATTEMPTS - 1);
      }),
    );
  });
});
