import type { Clock } from '../clock.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { Account, GuardStorage } from './guard-storage.ts';
import type { RecordSource } from './record-writer.ts';
import type { SessionEndings } from './session-endings.ts';

/** What the guard tells its record writer, and what it keeps of what the writer found out. */
export function createRecordSource(
  username: string,
  storage: GuardStorage,
  sessions: AccountSessions,
  endings: SessionEndings,
  clock: Clock,
): RecordSource {
  const update = (change: (account: Account) => Account) => {
    const account = storage.account();
    if (account) storage.putAccount(change(account));
  };
  return {
    username,
    record: () => sessions.record(),
    confirmed(highest, heldUntil, ttlSeconds) {
      const recorded = storage.account()?.recorded;
      if (!recorded || !isWorthKeeping(recorded, highest, heldUntil, ttlSeconds)) return;
      update((account) => ({ ...account, recorded: { highest, heldUntil } }));
    },
    missing: (missing) => update((account) => ({ ...account, missing })),
    deleting: (deletingSince) => update((account) => ({ ...account, deletingSince })),
    deleted() {
      console.warn(JSON.stringify({ event: 'record_deleted_by_operator', username }));
      storage.transaction(() =>
        // A session that KV never showed can't have been what the operator deleted.
        update((account) => ({
          ...endings.endUpTo(account.recorded.highest, account, clock()),
          missing: undefined,
          recorded: { highest: 0, heldUntil: 0 },
        })),
      );
    },
  };
}

/** Noted when it matters: new sessions, an earlier end, or a much later one. Not at each rotation, which writes one row. */
function isWorthKeeping(
  recorded: Account['recorded'],
  highest: number,
  heldUntil: number,
  ttlSeconds: number,
): boolean {
  const later = heldUntil - recorded.heldUntil;
  return recorded.highest !== highest || later < 0 || later > ttlSeconds / 16;
}
