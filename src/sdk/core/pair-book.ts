/** Which token of a session is meant. It names one; it is none. */
export type Pair = { session: string; generation: number };

type KnownSession = {
  username: string;
  /** The generation to go on with. */
  generation: number;
  /** The `Idempotency-Key`s of the last generations, oldest first. */
  keys: readonly (readonly [generation: number, key: string])[];
};

/** What the tabs of an origin share about an issuer: identifiers only, never a token. */
export type PairBook = {
  /** The session that was signed in to last, which a new tab takes up. */
  latest?: string | undefined;
  /** Oldest first. */
  sessions: Readonly<Record<string, KnownSession>>;
  /** Sessions that the user signed out of, as long as the issuer hasn't heard it. */
  ending: readonly string[];
};

export const EMPTY_BOOK: PairBook = { sessions: {}, ending: [] };

const KEPT_KEYS = 16;
const KEPT_SESSIONS = 8;

/** Begins a session, and lets new tabs take it up. */
export function open(
  book: PairBook,
  { session, generation, username }: Pair & { username: string },
): PairBook {
  const others = Object.entries(book.sessions).slice(1 - KEPT_SESSIONS);
  const sessions = Object.fromEntries([...others, [session, { username, generation, keys: [] }]]);
  return { ...book, latest: session, sessions };
}

/** Goes on with a newer generation; an answer that the network held back moves nothing. */
export function advance(book: PairBook, pair: Pair): PairBook {
  return pair.generation > (book.sessions[pair.session]?.generation ?? 0) ? follow(book, pair) : book;
}

/** Goes on with the pair that a 409 named, even a lower one: it is what the cookie jar holds. */
export function follow(book: PairBook, { session, generation }: Pair): PairBook {
  return change(book, session, { generation });
}

/** Drops a session that is over; `isPending` while the issuer hasn't heard of it. */
export function forget(book: PairBook, session: string, isPending?: boolean): PairBook {
  const { [session]: _, ...sessions } = book.sessions;
  return {
    sessions,
    latest: book.latest === session ? undefined : book.latest,
    ending: isPending ? [...book.ending, session] : book.ending,
  };
}

/**
 * Makes sure that the session's generation has a key.
 *
 * @param fresh random; without it (the book isn't shared, so two tabs could differ) none is made
 */
export function ensureKey(book: PairBook, session: string, fresh: string | undefined): PairBook {
  const known = book.sessions[session];
  if (!known || !fresh || keyOf(known) || isRolledBack(known)) return book;
  const keys = [...known.keys, [known.generation, fresh] as const].slice(-KEPT_KEYS);
  return change(book, session, { keys });
}

/**
 * How to refresh a session: any repeat has the same pair and the same key.
 *
 * @returns `undefined` if it can't go on: it isn't in the book, or its jar was put back to a generation that was spent with a key
 *   which is gone, and which would now look stolen
 */
export function attemptOf(book: PairBook, session: string): (Pair & { key: string | undefined }) | undefined {
  const known = book.sessions[session];
  const key = known && keyOf(known);
  if (!known || (!key && isRolledBack(known))) return undefined;
  return { session, generation: known.generation, key };
}

function keyOf({ keys, generation }: KnownSession): string | undefined {
  return keys.find(([of]) => of === generation)?.[1];
}

function isRolledBack({ keys, generation }: KnownSession): boolean {
  return keys.some(([of]) => of > generation);
}

function change(book: PairBook, session: string, to: Partial<KnownSession>): PairBook {
  const known = book.sessions[session];
  return known ? { ...book, sessions: { ...book.sessions, [session]: { ...known, ...to } } } : book;
}
