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
  /** When a delete of ours began that may not have landed yet: until it surely has, a miss says nothing. */
  deletingSince: number | undefined;
  /** The same of a delete before that one. */
  deletedBefore: number | undefined;
  /** KV was seen without the record for the first time, and was to be looked at again at `lookAgainAt`. */
  missing: { since: number; lookAgainAt: number } | undefined;
  /** KV should hold a record until then; 0 if none was confirmed or it was deleted by the guard itself. */
  heldUntil: number;
  /** Until then a put may land that an earlier life of the guard sent, and whose end nobody saw. */
  strayUntil: number;
};

export type SyncStep = { do: 'rest' } | { do: 'wait'; until: number } | { do: 'read' } | { do: 'write' };

const CALL_SPACING_SECONDS = 1;
const CONFIRMATION_IS_FRESH_SECONDS = 300;
const LOOK_AGAIN_SECONDS = 300;
const REWRITE_SECONDS = 60;
/** A call whose end nobody saw: 30 s until it would have been given up, and the minute in which it may land late. */
const STRAY_SECONDS = 90;
const LONGEST_BACKOFF_SECONDS = 3_600;

export const NEW_SYNC: RecordSync = {
  dirty: true,
  lastCallAt: 0,
  confirmedAt: 0,
  failures: 0,
  rewriteAt: undefined,
  deletingSince: undefined,
  deletedBefore: undefined,
  missing: undefined,
  heldUntil: 0,
  strayUntil: 0,
};

/** @returns what to do about the record at `now` */
export function nextStep(sync: RecordSync, now: number): SyncStep {
  const due = dueAt(sync);
  if (due === undefined) return { do: 'rest' };
  if (now < due) return { do: 'wait', until: due };
  const isExpected = now < sync.heldUntil;
  const isFresh = now - sync.confirmedAt <= CONFIRMATION_IS_FRESH_SECONDS;
  const isTrusted = sync.deletingSince === undefined;
  return { do: sync.missing || (isExpected && !isFresh && isTrusted) ? 'read' : 'write' };
}

/** What a guard knows of its record after a restart. */
export type KnownSync = Pick<RecordSync, 'heldUntil' | 'missing' | 'deletingSince'> & {
  /** When a session last ended before its time, or came back after lost storage. */
  livenessChangedAt: number | undefined;
};

/** A restart at `now`. One write too many does no harm. */
export function resumed({ livenessChangedAt, ...known }: KnownSync, now: number): RecordSync {
  const sync = { ...NEW_SYNC, ...known, strayUntil: now + STRAY_SECONDS };
  const { deletingSince } = known;
  const doubted = deletingSince === undefined ? sync : rewriteBy(sync, deletingSince + STRAY_SECONDS);
  return livenessChangedAt === undefined || now >= livenessChangedAt + STRAY_SECONDS
    ? doubted
    : rewriteBy(doubted, livenessChangedAt + STRAY_SECONDS);
}

/** After something was committed that the record should show. */
export function changed(sync: RecordSync): RecordSync {
  return { ...sync, dirty: true };
}

/**
 * After a session ended before its time, or came back after lost storage. A stray put would undo that in the record until the next
 * change, which may be never: so there is one more write. Whatever else such a put undoes, the next rotation mends.
 */
export function livenessChanged(sync: RecordSync, now: number): RecordSync {
  return now < sync.strayUntil ? rewriteBy(changed(sync), sync.strayUntil) : changed(sync);
}

/** Before a delete: it may land late, even if this object dies meanwhile. */
export function deleting(sync: RecordSync, now: number): RecordSync {
  return { ...sync, deletingSince: now, deletedBefore: sync.deletingSince };
}

/** After a put that KV confirmed (or a delete, with `heldUntil` 0). `isOutdated`: something was committed meanwhile. */
export function written(sync: RecordSync, now: number, heldUntil: number, isOutdated: boolean): RecordSync {
  const isDelete = heldUntil === 0;
  const { rewriteAt } = sync;
  const doubted = isDelete ? sync.deletedBefore : sync.deletingSince;
  const hasLanded = doubted === undefined || now >= doubted + STRAY_SECONDS;
  return {
    ...sync,
    dirty: isOutdated,
    lastCallAt: now,
    confirmedAt: now,
    rewriteAt: rewriteAt !== undefined && rewriteAt > now ? rewriteAt : undefined,
    deletingSince: hasLanded ? undefined : doubted,
    deletedBefore: undefined,
    failures: 0,
    heldUntil,
  };
}

/** After a call that failed. It is tried again after 2 s, then twice as long each time, an hour at most. */
export function failed(sync: RecordSync, now: number, call: 'read' | 'write'): RecordSync {
  const next = { ...sync, dirty: true, lastCallAt: now, failures: sync.failures + 1 };
  if (call === 'read') return next;
  const { deletingSince } = sync;
  const surelyLandedAt = deletingSince === undefined ? 0 : deletingSince + STRAY_SECONDS;
  return rewriteBy(next, Math.max(now + REWRITE_SECONDS, surelyLandedAt));
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

/** One rewrite does for all reasons there are, if it is due after the last of them. */
function rewriteBy(sync: RecordSync, at: number): RecordSync {
  return { ...sync, rewriteAt: Math.max(sync.rewriteAt ?? 0, at) };
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
