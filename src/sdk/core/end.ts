import type { Session, SignedOutReason } from '../types.ts';
import { forget } from './pair-book.ts';
import { leave, type Tab } from './tab.ts';

/**
 * The session is over, in all tabs.
 *
 * @param how `isPending` while the issuer hasn't heard of it; `isEverywhere` if so are the user's others
 */
export async function end(
  tab: Tab,
  { id, username }: Session,
  reason: SignedOutReason = 'ended',
  how: { isPending?: boolean; isEverywhere?: boolean } = {},
): Promise<void> {
  await tab.store.update((book) => forget(book, id, how.isPending));
  tab.send({ ended: id, username: how.isEverywhere ? username : undefined, reason });
  if (tab.session?.id === id) leave(tab, reason);
}
