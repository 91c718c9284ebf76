import type { Session } from '../types.ts';
import type { Answer } from './answer.ts';
import { ask, pause } from './ask.ts';
import { discover } from './discover.ts';
import { end } from './end.ts';
import { type Held, type Tokens, toHeld } from './held.ts';
import { advance, attemptOf, ensureKey, follow, forget, type Pair } from './pair-book.ts';
import { leave, share, type Tab } from './tab.ts';

/** What came between so far. */
type Progress = Record<'failed' | 'superseded' | 'hops', number>;
type Setback = Exclude<Answer, { kind: 'done' }>;

const MOST_HOPS = 5;

/**
 * Refreshes the session's tokens; callers at the same time wait for the same refresh. Afterwards the tab holds a newer token or
 * has been signed out.
 *
 * @throws ClientError with `network` if the issuer wasn't reached; the session is kept
 */
export function renew(tab: Tab): Promise<void> {
  tab.renewal ??= run(tab).finally(() => {
    tab.renewal = undefined;
  });
  return tab.renewal;
}

async function run(tab: Tab): Promise<void> {
  const { session, held } = tab;
  if (!session) return;
  const { id } = session;
  tab.interrupt = new AbortController();
  const { signal } = tab.interrupt;
  const progress: Progress = { failed: 0, superseded: 0, hops: 0 };
  // Another tab may be first, or the user signs out: then there is nothing left to do.
  while (tab.session?.id === id && tab.held === held) {
    const book = await tab.store.update((known, fresh) => ensureKey(known, id, fresh));
    // A book that was lost, or was full, may lack what the jar still holds.
    if (!book.sessions[id] && (await discover(tab, id)).sessions[id]) continue;
    const attempt = attemptOf(book, id);
    if (!attempt) return end(tab, session);
    const since = tab.now();
    const { key, ...pair } = attempt;
    const body = { ...pair, refresh_token: held?.refreshToken };
    const answer = await ask(tab, '/auth/refresh', body, held?.token, key, signal);
    if (answer.kind === 'done') return accept(tab, id, toHeld(answer.body as Tokens, since));
    await goOn(tab, session, pair, answer, progress);
  }
}

async function accept(tab: Tab, id: string, held: Held): Promise<void> {
  const book = await tab.store.update((known) => advance(known, held));
  // Unless somebody signed out meanwhile, here or in another tab.
  if (tab.session?.id === id && book.sessions[id]) share(tab, held, false);
}

/** Makes ready for the next try, or signs out. @throws ClientError if there is no use in another one now */
async function goOn(
  tab: Tab,
  session: Session,
  pair: Pair,
  answer: Setback,
  progress: Progress,
): Promise<void> {
  if (answer.kind === 'refused') return afterRefusal(tab, session, pair, answer);
  const { error, newest } = answer;
  // Whatever the network lost before, the way to what the jar holds is free.
  if (newest !== undefined && newest !== pair.generation && progress.hops++ < MOST_HOPS) {
    await tab.store.update((book) => follow(book, { ...pair, generation: newest }));
  } else if (!(await pause(tab, ++progress[answer.kind], error.retryAfterSeconds, tab.interrupt.signal))) {
    // So often, and asked anew each time, it has seen the jar as it is: nothing in it but what is spent, newer cookies are gone.
    if (answer.kind === 'superseded') return end(tab, session);
    throw error;
  }
}

async function afterRefusal(
  tab: Tab,
  session: Session,
  pair: Pair,
  { error, reason }: Extract<Answer, { kind: 'refused' }>,
): Promise<void> {
  if (error.code !== 'invalid_grant') throw error;
  const { id } = session;
  const book = await tab.store.update((known) =>
    known.sessions[id]?.generation === pair.generation ? forget(known, id) : known,
  );
  // If another tab has moved on meanwhile, so does this one.
  if (book.sessions[id]) return;
  if (reason) return end(tab, session, reason);
  // Nothing says that it is over: this page may lack the key, as its database failed, and another tab or a reload has it.
  leave(tab, tab.held ? 'ended' : 'absent');
}
