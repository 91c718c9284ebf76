import { translate } from './lifetime.ts';
import type { Message } from './platform.ts';
import { hold, leave, type Tab } from './tab.ts';

/** Follows what another tab did. Nobody becomes somebody else by it: only a tab without a session takes up another's. */
export function receive(tab: Tab, message: Message): void {
  const { session, state } = tab;
  if ('held' in message) {
    const { held, isSignIn } = message;
    const isWanted = held.session === session?.id || (isSignIn && state.status === 'signed-out');
    if (isWanted) hold(tab, { ...held, since: translate(held.since, tab.now()) });
  } else if (session && (message.ended === session.id || message.username === session.username)) {
    leave(tab, message.reason);
  }
}
