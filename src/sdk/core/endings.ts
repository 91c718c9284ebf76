import { ask, persist } from './ask.ts';
import type { Held } from './held.ts';
import type { PairBook } from './pair-book.ts';
import type { Tab } from './tab.ts';

/**
 * Tells the issuer that the user signed out of a session. A refusal means that there is nothing to end any more.
 *
 * @throws ClientError if it wasn't reached
 */
export async function confirmEnding(tab: Tab, session: string, held?: Held): Promise<void> {
  const body = held?.refreshToken ? { refresh_token: held.refreshToken } : { session };
  await persist(tab, () => ask(tab, '/auth/logout', body, held?.token));
  await tab.store.update((book) => ({ ...book, ending: book.ending.filter((each) => each !== session) }));
}

/** Tries once more what an earlier page or a lost network left undone. */
export function confirmEndings(tab: Tab, { ending }: PairBook): void {
  for (const session of ending) confirmEnding(tab, session).catch(() => {});
}
