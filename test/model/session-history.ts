/** A generation that was accepted, and by which attempt. */
export type Accepted = { key: string | undefined; at: number; successor: number; life: number };

/** What is known of a session from outside: from what was asked and what was answered, nothing else. */
export type SessionHistory = {
  sid: string;
  user: string;
  number: number;
  openedAt: number;
  /** The end of the newest token of it that was answered. */
  validUntil: number;
  accepted: Map<number, Accepted>;
  /** The newest generation that was handed out and is known to whoever decides; -1 while that is anybody's guess. */
  current: number;
  /** Presented by two attempts. */
  deadSince: number | undefined;
  /** A logout, end of all or change of password was answered that ended it. */
  endedSince: number | undefined;
  /** Why P2 promises this session nothing any more. */
  excuse: string | undefined;
  /** Times that its guard's storage was lost and read again from KV. */
  life: number;
  /** In this life no token of it was seen yet, and the record didn't name it. */
  isUnseen: boolean;
  /** Generations from there up to below `current` may have been spent without the record's knowing. */
  forgottenFrom: number;
  /** A browser that may hold it crashed: its jar may lack what it received. */
  isRolledBack: boolean;
};

/** A record as KV showed it to a guard without storage. */
export type ShownRecord = { highest: number; sessions: { sid: string; generation: number }[] };

/**
 * The documented limits of a guard that lost its storage: it believes the record, and a token ahead of it.
 *
 * @returns whether the session had ended, and the record is from before that
 */
export function restore(session: SessionHistory, shown: ShownRecord): boolean {
  session.life += 1;
  const listed = shown.sessions.find(({ sid }) => sid === session.sid);
  if (!listed && session.number <= shown.highest) {
    if (session.isUnseen) session.excuse ??= 'lost a second time before it was used';
    return false;
  }
  const knownBelow = listed?.generation ?? 0;
  for (const generation of session.accepted.keys())
    if (generation >= knownBelow) session.accepted.delete(generation);
  session.current = listed?.generation ?? -1;
  session.isUnseen = !listed;
  return revive(session);
}

function revive(session: SessionHistory): boolean {
  const wasOver = session.endedSince !== undefined || session.deadSince !== undefined;
  if (wasOver) session.excuse ??= 'ended after the record was written';
  session.endedSince = undefined;
  session.deadSince = undefined;
  return wasOver;
}
