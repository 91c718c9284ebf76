import type { Message, Platform, Store } from '../core/platform.ts';

/** The browser that the page runs in, as the core needs it; `close` ends what it listens to. */
export type BrowserPlatform = Platform & { close(): void };

export type BrowserListeners = { onMessage(message: Message): void; onWake(): void };

/** @param name what the tabs of this origin and this issuer have in common */
export function createBrowserPlatform(
  name: string,
  store: Store,
  { onMessage, onWake }: BrowserListeners,
): BrowserPlatform {
  const closing = new AbortController();
  const { signal } = closing;
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onMessage(data);
  // A server that renders the page has neither event, and is not kept running by a channel.
  globalThis.addEventListener?.('online', onWake, { signal });
  globalThis.addEventListener?.('pageshow', ({ persisted }) => persisted && onWake(), { signal });
  (channel as { unref?(): void }).unref?.();
  return {
    store,
    fetch: (request) => fetch(request),
    now: () => ({ wall: Date.now(), steady: performance.now() }),
    random: Math.random,
    sleep,
    send: (message) => signal.aborted || channel.postMessage(message),
    tabSession: createTabSession(name),
    close() {
      closing.abort();
      channel.close();
    },
  };
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((wake) => {
    setTimeout(wake, milliseconds);
    addEventListener('online', () => wake(), { once: true });
    signal?.addEventListener('abort', () => wake());
    if (signal?.aborted) wake();
  });
}

/** The id of a session, no token: a reloaded tab goes on with its own, whoever signed in in another one. */
function createTabSession(name: string): Platform['tabSession'] {
  let storage: Storage | undefined;
  try {
    storage = sessionStorage;
  } catch {
    // A browser may forbid it; then a reloaded tab takes up the latest session.
  }
  return {
    get: () => storage?.getItem(name) ?? undefined,
    set: (session) => storage?.setItem(name, session),
  };
}
