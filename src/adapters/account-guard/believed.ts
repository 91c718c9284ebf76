import { parseSessionNumber, type SessionId } from '../../core/account/session-id.ts';
import type { Account, GuardStorage } from './guard-storage.ts';

/** @returns whether a session that the guard doesn't hold is live all the same: lost storage hid how it was opened, and no end of it is known */
export function isBelieved(storage: GuardStorage, account: Account, sid: SessionId): boolean {
  return isInGap(account, sid) && storage.ended(sid) === undefined;
}

export function isInGap({ gap }: Account, sid: SessionId): boolean {
  const number = parseSessionNumber(sid) ?? 0;
  return gap !== undefined && number > gap.from && number < (gap.until ?? Number.POSITIVE_INFINITY);
}
