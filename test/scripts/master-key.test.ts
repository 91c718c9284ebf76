import { describe, expect, it } from 'vitest';
import { chooseMasterKey, drawMasterKey } from '../../scripts/lib/master-key.ts';
import { parseMasterKey } from '../../src/core/settings/master-key.ts';

describe('chooseMasterKey', () => {
  it('draws a new one each time', () => {
    expect(parseMasterKey(chooseMasterKey(undefined))).toHaveLength(32);
    expect(chooseMasterKey('')).not.toBe(chooseMasterKey(undefined));
  });

  it('takes the one that is given', () => {
    const given = drawMasterKey();
    expect(chooseMasterKey(given)).toBe(given);
  });

  it('refuses one that is none, without repeating it', () => {
    for (const given of ['hunter2', 'hunter2 hunter2 hunter2 hunter2 hunter2 hunter2', 'hunter2'.repeat(3)]) {
      expect(() => chooseMasterKey(given)).toThrow(/^(?!.*hunter2)MASTER_KEY in the environment/);
    }
  });
});
