import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Change, Client, State } from '../../../src/sdk/types.ts';
import { type BrowserIssuer, startIssuer } from './issuer.ts';
import { readSdk } from './sdk.ts';
import { Site } from './site.ts';

/** What the app below puts on its `window`, for tests to use. */
export type AppWindow = { client: Client; changes: Change[] };

export const PASSWORD = 'kumquat oboe 42 zither';

const SCRIPT = `
import { createClient, dpop } from '/edgemint/client.js';
globalThis.changes = [];
const options = JSON.parse(decodeURIComponent(location.hash.slice(1)));
globalThis.client = createClient({ ...options, dpop: options.dpop && dpop() });
client.onChange((change) => changes.push(change));
`;

/** The clock's tests and `expire` let minutes pass in an instant, by the page's clock: no request under way may time out by that. */
const TIMEOUT_SECONDS = 2_000_000;

/** A single-page app on the built SDK, under a policy that lets it load nothing but itself. */
async function startApp(): Promise<Site> {
  const policy = "default-src 'none'; script-src 'self'; connect-src http:";
  return Site.start({
    '/': `<meta http-equiv="Content-Security-Policy" content="${policy}"><title>An app</title><script type="module" src="/app.js"></script>`,
    '/app.js': SCRIPT,
    '/edgemint/client.js': await readSdk('client.js'),
    '/elsewhere': '<title>Another page</title>',
  });
}

/**
 * Serves the app and an issuer of its own to a test file; each test begins with a sound network.
 *
 * @param originsOf which of the app's origins the issuer allows
 */
export function serveApp(originsOf: (app: Site) => string = ({ url }) => url) {
  const served = {} as { app: Site; issuer: BrowserIssuer };
  beforeAll(async () => {
    served.app = await startApp();
    served.issuer = await startIssuer({ ALLOWED_ORIGINS: originsOf(served.app) });
  });
  afterEach(() => {
    served.issuer.network.fault = {};
    served.issuer.network.exchanges.length = 0;
  });
  afterAll(async () => {
    await served.issuer.stop();
    await served.app.stop();
  });
  return served;
}

/** One tab of the app. */
export class AppTab {
  readonly page: Page;

  /** @param script runs before the app's own */
  static async open(
    context: BrowserContext,
    url: string,
    options: object,
    script: () => void = () => {},
  ): Promise<AppTab> {
    const tab = new AppTab(await context.newPage());
    await tab.page.addInitScript(script);
    await tab.page.clock.install();
    const all = { timeoutSeconds: TIMEOUT_SECONDS, ...options };
    await tab.page.goto(`${url}/#${encodeURIComponent(JSON.stringify(all))}`);
    await tab.#ready();
    return tab;
  }

  private constructor(page: Page) {
    this.page = page;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  register(username: string): Promise<void> {
    return this.page.evaluate(
      async ([name, password]) => {
        const { client } = globalThis as unknown as AppWindow;
        await client.register({ username: name ?? '', password: password ?? '' });
      },
      [username, PASSWORD],
    );
  }

  login(username: string): Promise<void> {
    return this.page.evaluate(
      async ([name, password]) => {
        const { client } = globalThis as unknown as AppWindow;
        await client.login({ username: name ?? '', password: password ?? '' });
      },
      [username, PASSWORD],
    );
  }

  /** @returns who the app's access token says is signed in; null if nobody is */
  async tokenOwner(): Promise<string | null> {
    const token = await this.token();
    return token === null ? null : claimsOf(token).sub;
  }

  token(): Promise<string | null> {
    return this.page.evaluate(() => (globalThis as unknown as AppWindow).client.token());
  }

  logout(): Promise<void> {
    return this.page.evaluate(() => (globalThis as unknown as AppWindow).client.logout());
  }

  state(): Promise<State> {
    return this.page.evaluate(() => (globalThis as unknown as AppWindow).client.state());
  }

  changes(): Promise<Change[]> {
    return this.page.evaluate(() => (globalThis as unknown as AppWindow).changes);
  }

  /** Waits until the app has heard that nobody is signed in. */
  async signedOut(): Promise<void> {
    await this.page.waitForFunction(
      () => (globalThis as unknown as AppWindow).client.state().status === 'signed-out',
    );
  }

  /** Lets the access token expire, by the page's clocks. */
  expire(): Promise<void> {
    return this.page.clock.fastForward(600_000);
  }

  async #ready(): Promise<void> {
    await this.page.waitForFunction(() => 'client' in globalThis);
  }
}

export function claimsOf(token: string): { sub: string; sid: string; jti: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
