import type { Change, Session, SignedOutReason, State } from '../types.ts';
import type { Held } from './held.ts';
import type { Platform } from './platform.ts';
import type { Send } from './send.ts';

export type Settings = {
  /** Its origin. */
  issuer: string;
  origins: readonly string[];
  /** The refresh token is in a cookie of the issuer; else it is here. */
  isCookie: boolean;
  timeoutMs: number;
};

/** One page's view of its session. Tokens are here and nowhere else. */
export type Tab = Platform &
  Settings & {
    readonly sendAs: Send;
    readonly listeners: Set<(change: Change) => void>;
    state: State;
    /** The session that this tab goes on with; it may not have been heard of yet. */
    session?: Session | undefined;
    held?: Held | undefined;
    /** The one refresh under way, for which all callers wait. */
    renewal?: Promise<void> | undefined;
    /** Ends its requests and its waiting, as there is nothing left to do. */
    interrupt: AbortController;
    /** The look for a session at the beginning. */
    resumption?: Promise<void> | undefined;
  };

/** @param sendAs how a token is presented, if not as a bearer token (RFC 6750) */
export function createTab(settings: Settings, platform: Platform, sendAs?: Send): Tab {
  const tab: Tab = {
    ...settings,
    ...platform,
    sendAs:
      sendAs ??
      ((request, token) => {
        if (token) request.headers.set('authorization', `Bearer ${token}`);
        return tab.fetch(request);
      }),
    listeners: new Set(),
    state: { status: 'unknown' },
    interrupt: new AbortController(),
  };
  return tab;
}

/** Takes a session up, or a newer token of it. */
export function hold(tab: Tab, held: Held): void {
  const { session } = tab;
  const { session: id, username, generation } = held;
  const isSame = session?.id === id;
  // An older token that the network held back.
  if (isSame && tab.held && tab.held.generation > generation) return;
  tab.held = held;
  tab.tabSession.set(id);
  enter(tab, isSame ? session : { id, username });
}

/** Goes on with new tokens, and lets the other tabs do so; a refresh token stays here. */
export function share(tab: Tab, held: Held, isSignIn: boolean): void {
  hold(tab, held);
  if (tab.isCookie) tab.send({ held, isSignIn });
}

/** The session is taken to go on. */
export function enter(tab: Tab, session: Session): void {
  const { state } = tab;
  tab.session = session;
  const isKnown = state.status === 'signed-in' && state.session === session;
  if (!isKnown) tab.state = { status: 'signed-in', session };
  settle(tab, { type: isKnown ? 'refreshed' : 'signed-in', session });
}

/** Nobody is signed in here any more. */
export function leave(tab: Tab, reason: SignedOutReason): void {
  tab.session = tab.held = undefined;
  // A tab that nobody has signed in to takes up whatever comes.
  if (reason !== 'absent') tab.tabSession.set('');
  tab.state = { status: 'signed-out', reason };
  settle(tab, { type: 'signed-out', reason });
}

function settle(tab: Tab, change: Change): void {
  tab.interrupt.abort();
  // A listener that throws stops nobody else.
  for (const listener of tab.listeners) queueMicrotask(() => listener(change));
}
