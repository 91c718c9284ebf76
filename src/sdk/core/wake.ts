import { accessToken } from './access.ts';
import { confirmEndings } from './endings.ts';
import { renew } from './renew.ts';
import type { Tab } from './tab.ts';

/** The network is back, or a page out of the back-forward cache is, which missed what other tabs said. @throws ClientError */
export async function wake(tab: Tab): Promise<void> {
  const book = await tab.store.update((known) => known);
  confirmEndings(tab, book);
  const { session, state } = tab;
  if (!session || state.status === 'unknown') return;
  // Whether what the book lacks is over, the issuer can tell.
  const follow = book.sessions[session.id] ? accessToken : renew;
  await follow(tab);
}
