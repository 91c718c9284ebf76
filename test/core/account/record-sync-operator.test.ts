import { describe, expect, it } from 'vitest';
import { found, missed, nextStep } from '../../../src/core/account/record-sync.ts';
import { confirmed, NOW } from './confirmed.ts';

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
