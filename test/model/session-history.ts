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
  excuses: Set<string>;
  /** Times that its guard's storage was lost and read again from KV. */
  life: number;
  /** In this life no token of it was seen yet, and the record didn't name it. */
  isUnseen: boolean;
  /** When a token of it was first seen after that. */
  seenAt: number | undefined;
  /** Generations from there up to below `current` may have been spent without the record's knowing. */
  forgottenFrom: number;
  /** Its browser crashed: until when the newest cookie of it that was put back is one; infinity where none was lost. */
  cookieUntil: number;
};

/** A record as KV showed it to a guard without storage. */
export type ShownRecord = { highest: number; sessions: ShownSession[] };

/** `spent`: the keys of the last generations, newest first; null for none, empty where it was not known. */
type ShownSession = { sid: string; generation: number; spent: (string | null)[] };

/**
 * The documented limits of a guard that lost its storage: it believes the record, and a token ahead of it.
 *
 * @returns whether the session had ended, and the record is from before that
 */
export function restore(
  session: SessionHistory,
  shown: ShownRecord,
  isKnown: (at: number) => boolean,
): boolean {
  session.life += 1;
  const listed = shown.sessions.find(({ sid }) => sid === session.sid);
  if (!listed && session.number <= shown.highest) {
    const wasShown = session.seenAt === undefined || isKnown(session.seenAt);
    if (session.isUnseen || !wasShown) session.excuses.add('lost a second time before a record showed it');
    return false;
  }
  know(session, listed);
  session.current = listed?.generation ?? -1;
  session.isUnseen = !listed;
  return revive(session);
}

/** Which generations it knows as spent, and by which attempt: those that the record names, and older ones. */
function know(session: SessionHistory, listed: ShownSession | undefined): void {
  const { accepted, life } = session;
  const current = listed?.generation ?? 0;
  for (const generation of accepted.keys()) {
    if (generation < current) continue;
    accepted.delete(generation);
    session.forgottenFrom = Math.min(session.forgottenFrom, generation);
  }
  for (const [index, hash] of (listed?.spent ?? []).entries()) {
    const generation = current - 1 - index;
    const key = hash ?? undefined;
    if (hash === '') accepted.delete(generation);
    else if (!accepted.has(generation) || accepted.get(generation)?.key !== key)
      accepted.set(generation, { key, at: 0, successor: generation + 1, life: life - 1 });
  }
}

function revive(session: SessionHistory): boolean {
  const wasOver = session.endedSince !== undefined || session.deadSince !== undefined;
  if (wasOver) session.excuses.add('ended after the record was written');
  session.endedSince = undefined;
  session.deadSince = undefined;
  return wasOver;
}
