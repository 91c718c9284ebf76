/**
 * When the guard writes its record to Workers KV, and when it looks first. Times are epoch seconds with a fraction.
 *
 * KV takes one write a second for a key; a failed put may still land later; a read may be a minute old.
 * An operator may delete the key by hand to sign the user out, which must not be mistaken for any of these.
 */
export type RecordSync = {
  /** Something was committed that KV has not confirmed. */
  dirty: boolean;
  /** When the last put ended, successful or not, or the last read failed. */
  lastCallAt: number;
  /** When KV last confirmed a write, or showed the record. */
  confirmedAt: number;
  failures: number;
  /** One more write is due then, because an earlier failed one may land late. */
  rewriteAt: number | undefined;
  /** KV was seen without the record for the first time, and was to be looked at again at `lookAgainAt`. */
  missing: { since: number; lookAgainAt: number } | undefined;
  /** KV should hold a record until then; 0 if none was confirmed or it was deleted by the guard itself. */
  heldUntil: number;
};

export type SyncStep = { do: 'rest' } | { do: 'wait'; until: number } | { do: 'read' } | { do: 'write' };

const CALL_SPACING_SECONDS = 1;
const CONFIRMATION_IS_FRESH_SECONDS = 300;
const LOOK_AGAIN_SECONDS = 300;
const REWRITE_SECONDS = 60;
const LONGEST_BACKOFF_SECONDS = 3_600;

export const NEW_SYNC: RecordSync = {
  dirty: true,
  lastCallAt: 0,
  confirmedAt: 0,
  failures: 0,
  rewriteAt: undefined,
  missing: undefined,
  heldUntil: 0,
};

/** @returns what to do about the record at `now` */
export function nextStep(sync: RecordSync, now: number): SyncStep {
  const due = dueAt(sync);
  if (due === undefined) return { do: 'rest' };
  if (now < due) return { do: 'wait', until: due };
  const isExpected = now < sync.heldUntil;
  const isFresh = now - sync.confirmedAt <= CONFIRMATION_IS_FRESH_SECONDS;
  return { do: sync.missing || (isExpected && !isFresh) ? 'read' : 'write' };
}

/** After a put that KV confirmed (or a delete, with `heldUntil` 0). `changed`: something was committed meanwhile. */
export function written(sync: RecordSync, now: number, heldUntil: number, changed: boolean): RecordSync {
  const stillDue = sync.rewriteAt !== undefined && sync.rewriteAt > now ? sync.rewriteAt : undefined;
  return {
    ...sync,
    dirty: changed,
    lastCallAt: now,
    confirmedAt: now,
    rewriteAt: sync.failures > 0 ? now + REWRITE_SECONDS : stillDue,
    failures: 0,
    heldUntil,
  };
}

/** After a put or read that failed. It is tried again after 1 s, then twice as long each time, an hour at most. */
export function failed(sync: RecordSync, now: number): RecordSync {
  return { ...sync, dirty: true, lastCallAt: now, failures: sync.failures + 1 };
}

/** After a read that found a record: an operator deleted nothing. */
export function found(sync: RecordSync, now: number): RecordSync {
  return { ...sync, confirmedAt: now, missing: undefined };
}

/** After a read that found nothing. The first one may be stale; a second one is an operator's delete. */
export function missed(sync: RecordSync, now: number): { sync: RecordSync; deleted: boolean } {
  if (!sync.missing) {
    const missing = { since: now, lookAgainAt: now + LOOK_AGAIN_SECONDS };
    return { sync: { ...sync, missing }, deleted: false };
  }
  // Past `heldUntil` KV has forgotten the record by itself.
  const deleted = now < sync.heldUntil;
  return { sync: { ...sync, dirty: true, missing: undefined, heldUntil: 0 }, deleted };
}

function dueAt(sync: RecordSync): number | undefined {
  if (!sync.dirty && !sync.missing && sync.rewriteAt === undefined) return undefined;
  const soonest = sync.lastCallAt + backoffSeconds(sync.failures);
  if (sync.missing) return Math.max(sync.missing.lookAgainAt, soonest);
  return sync.dirty ? soonest : Math.max(sync.rewriteAt ?? 0, soonest);
}

function backoffSeconds(failures: number): number {
  return Math.min(LONGEST_BACKOFF_SECONDS, CALL_SPACING_SECONDS * 2 ** Math.min(failures, 12));
}
