import type { Credentials, Session } from '../types.ts';
import { expectDone } from './answer.ts';
import { ask } from './ask.ts';
import { type Tokens, toHeld } from './held.ts';
import { open } from './pair-book.ts';
import { share, type Tab } from './tab.ts';

/** Registers or signs in, at the given path. @throws ClientError */
export async function signIn(
  tab: Tab,
  path: '/auth/register' | '/auth/login',
  { username, password }: Credentials,
): Promise<Session> {
  const since = tab.now();
  const transport = tab.isCookie ? 'cookie' : 'body';
  const answer = await ask(tab, path, { username, password, transport });
  const held = toHeld(expectDone<Tokens>(answer), since);
  await tab.store.update((book) => open(book, held));
  share(tab, held, true);
  return { id: held.session, username: held.username };
}
