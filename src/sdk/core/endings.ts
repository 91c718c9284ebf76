import { ask, persist } from './ask.ts';
import type { Held } from './held.ts';
import type { PairBook } from './pair-book.ts';
import type { Tab } from './tab.ts';

/**
 * Tells the issuer that the user signed out of a session.
 *
 * @throws ClientError if it wasn't reached, or refused; then it is told again
 */
export async function confirmEnding(tab: Tab, session: string, held?: Held): Promise<void> {
  const body = { session, refresh_token: held?.refreshToken };
  const { error } = await persist(tab, () => ask(tab, '/auth/logout', body, held?.token));
  // Without a token, or with one that is over, there is nothing to end any more. Any other refusal leaves the session as it is.
  if (error && error.code !== 'invalid_token' && error.code !== 'invalid_grant') throw error;
  await tab.store.update((book) => ({ ...book, ending: book.ending.filter((each) => each !== session) }));
}

/** Tries once more what an earlier page or a lost network left undone. */
export function confirmEndings(tab: Tab, { ending }: PairBook): void {
  for (const session of ending) confirmEnding(tab, session).catch(() => {});
}
