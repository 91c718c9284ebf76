import { expectDone } from './answer.ts';
import { ask, persist } from './ask.ts';
import { open, type Pair, type PairBook } from './pair-book.ts';
import type { Tab } from './tab.ts';

/**
 * Asks what the cookie jar holds of a session, or at all: a browser may forget what pages store sooner than its cookies. Nothing is
 * spent by that: a refresh without a key could not be repeated if its answer is lost.
 *
 * @throws ClientError if nobody can tell
 */
export async function discover(tab: Tab, wanted?: string): Promise<PairBook> {
  const answer = await persist(tab, () => ask(tab, '/auth/jar', { session: wanted }));
  const found = expectDone<Pair & { username: string }>(answer);
  const { session } = found;
  return tab.store.update((book) =>
    // An empty jar has none. What was signed in to meanwhile stays the latest.
    !session || book.sessions[session] || book.ending.includes(session)
      ? book
      : { ...open(book, found), latest: book.latest ?? session },
  );
}
