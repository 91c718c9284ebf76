import { describe, expect, it } from 'vitest';
import { packStatuses } from '../../src/core/status/status-list.ts';
import { keepStatuses } from '../../src/verify/statuses.ts';

/** From one of its bits set to all of them, by places and by bytes. */
const STEPS = [1_024, 333, 64, 33, 32, 31, 9, 3, 1];

describe('a list that is kept', () => {
  it.each(STEPS)('tells what the list told, one in %d of its bits set', (step) => {
    for (const first of [0, step - 1]) {
      const size = 1_024;
      const revoked = new Set<number>();
      for (let index = first; index < size; index += step) revoked.add(index);
      const isSet = keepStatuses(packStatuses({ size, revoked: [...revoked] }));
      for (let index = 0; index < size; index += 1) expect(isSet(index)).toBe(revoked.has(index));
      for (const index of [size, 2 ** 32, 2 ** 32 + first, 2 ** 53]) expect(isSet(index)).toBeUndefined();
    }
  });

  it('has no bit where it is empty, and none set where none is', () => {
    expect(keepStatuses(new Uint8Array())(0)).toBeUndefined();
    const isSet = keepStatuses(new Uint8Array(2));
    expect([isSet(0), isSet(15), isSet(16)]).toEqual([false, false, undefined]);
  });
});
