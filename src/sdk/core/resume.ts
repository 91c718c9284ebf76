import type { Session } from '../types.ts';
import { expectDone } from './answer.ts';
import { ask, persist } from './ask.ts';
import { confirmEndings } from './endings.ts';
import { open, type Pair, type PairBook } from './pair-book.ts';
import { renew } from './renew.ts';
import { enter, leave, type Tab } from './tab.ts';

/**
 * Takes up the session of this tab before a reload, or else the browser's last one; once.
 *
 * @throws ClientError with `network` if there may be one, and nobody can tell
 */
export async function resume(tab: Tab): Promise<void> {
  if (tab.state.status !== 'unknown') return;
  tab.resumption ??= takeUp(tab).finally(() => {
    tab.resumption = undefined;
  });
  await tab.resumption;
}

async function takeUp(tab: Tab): Promise<void> {
  const kept = tab.tabSession.get();
  if (!tab.isCookie || kept === '') return leave(tab, 'absent');
  const book = await tab.store.update((known) => known);
  confirmEndings(tab, book);
  const session = find(book, kept) ?? find(await discover(tab, kept), kept);
  // Somebody may have signed in by now.
  if (tab.state.status !== 'unknown') return;
  if (!session) return leave(tab, kept === null ? 'absent' : 'ended');
  tab.session = session;
  await renew(tab).catch((error) => {
    // While the issuer can't tell, the session goes on, as far as anybody here knows.
    if (!error.code) throw error;
    if (tab.session === session) enter(tab, session);
  });
  // Another tab signed out meanwhile, before this one could hear of it.
  if (tab.state.status === 'unknown') leave(tab, 'ended');
}

function find({ latest = '', sessions }: PairBook, kept: string | null): Session | undefined {
  const id = kept ?? latest;
  const known = sessions[id];
  return known && { id, username: known.username };
}

/**
 * Asks what the cookie jar holds for this origin: a browser may forget what pages store sooner than its cookies. Nothing is
 * spent by that: a refresh without a key could not be repeated if its answer is lost.
 */
async function discover(tab: Tab, kept: string | null): Promise<PairBook> {
  const answer = await persist(tab, () => ask(tab, '/auth/jar', {}));
  const found = expectDone<Pair & { username: string }>(answer);
  const { session } = found;
  return tab.store.update((book) => {
    const isWanted = (kept ?? session) === session && !book.ending.includes(session);
    // An empty jar has none. What was signed in to meanwhile stays the latest.
    return session && isWanted && !book.sessions[session]
      ? { ...open(book, found), latest: book.latest ?? session }
      : book;
  });
}
