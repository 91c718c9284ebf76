import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSessionId,
  nextSessionNumber,
  parseSessionNumber,
} from '../../../src/core/account/session-id.ts';

const NONCE = '8f3a09c2d4e5b6a7';

describe('a session id', () => {
  it('brings its number back', () => {
    const numbers = fc.integer({ min: 1, max: 36 ** 10 - 1 });
    fc.assert(
      fc.property(numbers, fc.stringMatching(/^[0-9a-f]{16}$/), (number, nonce) => {
        expect(parseSessionNumber(createSessionId(number, nonce))).toBe(number);
      }),
    );
  });

  it('fits into a cookie’s name, apart from the generation', () => {
    expect(createSessionId(2_000_000_000, NONCE)).toMatch(/^[0-9a-z_]+$/);
  });

  it('is spelt in one way: what is read is what is made', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-zA-Z]{0,11}_[0-9a-fA-F]{15,17}$/), (text) => {
        const number = parseSessionNumber(text);
        if (number !== undefined) expect(createSessionId(number, text.split('_')[1] ?? '')).toBe(text);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no number', `_${NONCE}`],
    ['the number 0', `0_${NONCE}`],
    ['a leading zero', `0a_${NONCE}`],
    ['capitals', `A_${NONCE}`],
    ['capitals in the nonce', `a_${NONCE.toUpperCase()}`],
    ['too large a number', `10000000000_${NONCE}`],
    ['a short nonce', `a_${NONCE.slice(1)}`],
    ['a long nonce', `a_${NONCE}0`],
    ['another letter in the nonce', `a_${NONCE.slice(1)}g`],
    ['a line feed', `a_${NONCE}\n`],
    ['a space', ` a_${NONCE}`],
    ['a dash', `a-${NONCE}`],
    ['a list', [`a_${NONCE}`]],
    ['a number', 10],
    ['nothing at all', undefined],
  ])('is not %s', (_, text) => {
    expect(parseSessionNumber(text)).toBeUndefined();
  });
});

describe('nextSessionNumber', () => {
  it.each([
    ['the second, for the first session', 0, 2_000_000_000.9, 2_000_000_000],
    ['one more, for a second in one second', 2_000_000_000, 2_000_000_000.9, 2_000_000_001],
    ['one more, where the clock went back', 2_000_000_000, 1_000, 2_000_000_001],
    ['the second, after a pause', 2_000_000_000, 2_000_000_500, 2_000_000_500],
  ])('is %s', (_, highest, now, next) => {
    expect(nextSessionNumber(highest, now)).toBe(next);
  });

  it('always rises, and is never below the second', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4_000_000_000), { minLength: 1 }), (clock) => {
        let highest = 0;
        for (const now of clock) {
          const next = nextSessionNumber(highest, now);
          expect(next).toBeGreaterThan(highest);
          expect(next).toBeGreaterThanOrEqual(now);
          highest = next;
        }
      }),
    );
  });
});
