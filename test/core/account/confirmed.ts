import { NEW_SYNC, type RecordSync, written } from '../../../src/core/account/record-sync.ts';

export const NOW = 1_000_000;
export const DAY = 86_400;

/** KV confirmed everything `ago` seconds before `NOW`, and keeps it for two weeks. */
export function confirmed(ago: number, differences: Partial<RecordSync> = {}): RecordSync {
  return { ...written(NEW_SYNC, NOW - ago, NOW + 14 * DAY, false), ...differences };
}
