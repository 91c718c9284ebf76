import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochAt } from '../../../src/core/keys/epoch.ts';

describe('epochAt', () => {
  it.each([
    [0, 60, 0],
    [59.999, 60, 0],
    [60, 60, 60],
    [119, 60, 60],
    [120, 60, 120],
    [2_000_000_000, 604_800, 1_999_468_800],
    [7, 1, 7],
  ])('%d s at a period of %d s is in the epoch of %d', (instant, period, start) => {
    expect(epochAt(instant, period)).toBe(start);
  });

  it('is a multiple of the period, at most a period before the instant', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000), fc.integer({ min: 1, max: 30 * 86_400 }), (instant, period) => {
        const start = epochAt(instant, period);
        expect(start % period).toBe(0);
        expect(start).toBeLessThanOrEqual(instant);
        expect(start + period).toBeGreaterThan(instant);
      }),
    );
  });
});
