import { describe, expect, it } from 'vitest';
import {
  found,
  missed,
  NEW_SYNC,
  nextStep,
  type RecordSync,
  written,
} from '../../../src/core/account/record-sync.ts';

const NOW = 1_000_000;
const DAY = 86_400;

/** KV confirmed everything `ago` seconds before `NOW`, and keeps it for two weeks. */
function confirmed(ago: number, differences: Partial<RecordSync> = {}): RecordSync {
  return { ...written(NEW_SYNC, NOW - ago, NOW + 14 * DAY, false), ...differences };
}

describe('an operator’s delete', () => {
  const old = confirmed(900, { dirty: true });

  it('is not believed at the first miss', () => {
    const { sync, deleted } = missed(old, NOW);
    expect(deleted).toBe(false);
    expect(nextStep(sync, NOW)).toEqual({ do: 'wait', until: NOW + 300 });
    expect(nextStep(sync, NOW + 300)).toEqual({ do: 'read' });
  });

  it('is believed at the second miss, after which the record is written afresh', () => {
    const second = missed(missed(old, NOW).sync, NOW + 300);
    expect(second.deleted).toBe(true);
    expect(nextStep(second.sync, NOW + 300)).toEqual({ do: 'write' });
  });

  it('was none if the second look finds the record: what was held is written', () => {
    const sync = found(missed(old, NOW).sync, NOW + 300);
    expect(sync.missing).toBeUndefined();
    expect(nextStep(sync, NOW + 300)).toEqual({ do: 'write' });
  });

  it('was none if KV was to forget the record by the second look', () => {
    const expiring = { ...old, heldUntil: NOW + 300 };
    expect(missed(missed(expiring, NOW).sync, NOW + 300).deleted).toBe(false);
    expect(missed(missed(expiring, NOW).sync, NOW + 299.999).deleted).toBe(true);
  });

  it('ends nothing twice: after it a miss is a first one again', () => {
    const { sync } = missed(missed(old, NOW).sync, NOW + 300);
    expect(missed(sync, NOW + 300).deleted).toBe(false);
  });
});
