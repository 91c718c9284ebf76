import { accessToken } from './core/access.ts';
import { fetchAuthorized } from './core/authorized-fetch.ts';
import { receive } from './core/receive.ts';
import { resume } from './core/resume.ts';
import { signIn } from './core/sign-in.ts';
import { callSessions, logout, logoutEverywhere } from './core/sign-out.ts';
import { createTab, type Tab } from './core/tab.ts';
import { defaultTransport } from './core/transport.ts';
import { wake } from './core/wake.ts';
import { createBrowserPlatform } from './platform/browser.ts';
import { createStore } from './platform/store.ts';
import type { Client, ClientOptions, ListedSession } from './types.ts';

export { ClientError } from './client-error.ts';
export type { Dpop } from './core/send.ts';
export type { Transport } from './core/transport.ts';
export { dpop } from './dpop.ts';
export type {
  Change,
  Client,
  ClientOptions,
  Credentials,
  ListedSession,
  Session,
  SignedOutReason,
  State,
} from './types.ts';

/**
 * A client of an edgemint issuer, for a single-page app: one for the page. Nothing is asked of the network before the first call,
 * so a server that renders the page may make one too, whose state stays `unknown`.
 *
 * @throws TypeError if an address is none
 */
export function createClient(options: ClientOptions): Client {
  const { origin: issuer } = new URL(options.issuer);
  const origins = [issuer, ...(options.origins ?? [])].map((url) => new URL(url).origin);
  const transport =
    options.transport ?? defaultTransport(new URL(issuer), new URL(globalThis.location?.href ?? issuer));
  const isCookie = transport === 'cookie';
  const timeoutMs = (options.timeoutSeconds ?? 8) * 1_000;
  const platform = createBrowserPlatform(`edgemint ${issuer}`, createStore(issuer, isCookie), {
    onMessage: (message) => receive(tab, message),
    onWake: () => wake(tab).catch(() => {}),
  });
  const tab = createTab({ issuer, origins, isCookie, timeoutMs }, platform, options.dpop?.(platform.fetch));
  return { ...operations(tab), close: platform.close };
}

function operations(tab: Tab): Omit<Client, 'close'> {
  return {
    register: (credentials) => signIn(tab, '/auth/register', credentials),
    login: (credentials) => signIn(tab, '/auth/login', credentials),
    logout: () => logout(tab),
    logoutEverywhere: () => logoutEverywhere(tab),
    async sessions() {
      return (await callSessions<{ sessions: ListedSession[] }>(tab, 'GET')).sessions;
    },
    async session() {
      await resume(tab);
      return tab.session ?? null;
    },
    state: () => tab.state,
    onChange(listener) {
      tab.listeners.add(listener);
      return () => tab.listeners.delete(listener);
    },
    token: () => accessToken(tab),
    fetch: (input, init) => fetchAuthorized(tab, input, init),
  };
}
