import type { Session } from '../types.ts';
import { discover } from './discover.ts';
import { confirmEndings } from './endings.ts';
import type { PairBook } from './pair-book.ts';
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
  if (!session) return leave(tab, kept ? 'ended' : 'absent');
  tab.session = session;
  await renew(tab).catch((error) => {
    // While the issuer can't tell, the session goes on, as far as anybody here knows.
    if (!error.code) throw error;
    if (tab.session === session) enter(tab, session);
  });
  // Another tab signed out meanwhile, before this one could hear of it.
  if (tab.state.status === 'unknown') leave(tab, 'ended');
}

function find({ latest = '', sessions }: PairBook, id = latest): Session | undefined {
  const known = sessions[id];
  return known && { id, username: known.username };
}
