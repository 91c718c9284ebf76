import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LARGEST_NONCE,
  NONCE_WINDOW,
  type NonceWindow,
  takeNonce,
  UNUSED_NONCES,
} from '../../../src/core/passwords/nonce-window.ts';

function takeAll(nonces: Iterable<number>): NonceWindow {
  let window = UNUSED_NONCES;
  for (const nonce of nonces) window = takeNonce(window, nonce) ?? window;
  return window;
}

function* range(from: number, to: number): Iterable<number> {
  for (let n = from; n <= to; n += 1) yield n;
}

describe('the nonce numbers of a session (RFC 8120 section 6)', () => {
  it('are those of the RFC’s example', () => {
    const window = takeAll([
      ...range(1, 120),
      122,
      124,
      ...range(130, 238),
      ...range(255, 360),
      ...range(363, 372),
    ]);
    const taken = [...range(0, 400)].filter((nonce) => takeNonce(window, nonce));
    expect(taken).toEqual([...range(245, 254), 361, 362, ...range(373, 400)]);
  });

  it('are taken once each, from zero on, and none beyond the largest', () => {
    const window = takeNonce(UNUSED_NONCES, 0);
    expect(window).toEqual({ largest: 0, seen: '1' });
    expect(takeNonce(window ?? UNUSED_NONCES, 0)).toBeUndefined();
    expect(takeNonce(UNUSED_NONCES, LARGEST_NONCE)).toBeDefined();
    for (const nonce of [LARGEST_NONCE + 1, Number.MAX_SAFE_INTEGER, -1])
      expect(takeNonce(UNUSED_NONCES, nonce)).toBeUndefined();
  });

  it('are never taken twice, whatever their order, and stay few', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(LARGEST_NONCE), { maxLength: 200 }), (nonces) => {
        const used = new Set<number>();
        let window = UNUSED_NONCES;
        for (const nonce of nonces) {
          const next = takeNonce(window, nonce);
          const isInWindow = nonce > Math.max(...used, -1) - NONCE_WINDOW;
          expect(next !== undefined).toBe(isInWindow && !used.has(nonce));
          if (next) used.add(nonce);
          window = next ?? window;
          expect(window.seen.length).toBeLessThanOrEqual(NONCE_WINDOW / 4);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
