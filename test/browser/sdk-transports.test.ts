import type { BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { ROOT } from '../../scripts/lib/project.ts';
import { startMiniflareIssuer } from '../support/miniflare-issuer.ts';
import { Api } from './support/api.ts';
import { AppTab, type AppWindow, PASSWORD, serveApp } from './support/app.ts';
import { useBrowser } from './support/browser.ts';
import { refreshStatuses } from './support/refreshes.ts';

const openContext = useBrowser();
const served = serveApp(({ url, foreignUrl }) => `${url} ${foreignUrl}`);
let api: Api;

beforeAll(async () => {
  api = await Api.start();
});
afterEach(() => {
  api.calls.length = 0;
});
afterAll(() => api.stop());

const open = (context: BrowserContext, url: string, options: object = {}) =>
  AppTab.open(context, url, { issuer: served.issuer.url, origins: [api.url], ...options });

/** The app's own request to its API. */
function post(tab: AppTab, url: string): Promise<[number, string]> {
  return tab.page.evaluate(async (to) => {
    const { fetch } = (globalThis as unknown as AppWindow).client;
    const response = await fetch(to, { method: 'POST', body: 'an order' });
    return [response.status, await response.text()];
  }, url);
}

describe('an app of another site', () => {
  it('keeps its refresh token in memory, speaks to its API, refreshes and signs out', async () => {
    const context = await openContext();
    const tab = await open(context, served.app.foreignUrl);
    await tab.register('foreigner');
    expect(await context.cookies()).toEqual([]);
    const first = await tab.token();
    expect(await post(tab, api.url)).toEqual([200, 'you sent an order']);
    await tab.expire();
    expect(await tab.token()).not.toBe(first);
    expect(await tab.tokenOwner()).toBe('foreigner');
    expect(refreshStatuses(served.issuer.network)).toEqual([200]);
    await tab.logout();
    expect(await tab.tokenOwner()).toBeNull();
    expect(served.issuer.network.exchanges.at(-1)).toMatchObject({ path: '/auth/logout', status: 204 });
  });

  it('is not signed in by a reload, nor with another tab', async () => {
    const context = await openContext();
    const tab = await open(context, served.app.foreignUrl);
    await tab.login('foreigner');
    const other = await open(context, served.app.foreignUrl);
    expect(await other.tokenOwner()).toBeNull();
    await tab.reload();
    expect(await tab.tokenOwner()).toBeNull();
  });

  it('that asks for cookies all the same is told that it can have none', async () => {
    const tab = await open(await openContext(), served.app.foreignUrl, { transport: 'cookie' });
    const refusal = await tab.page.evaluate(
      async (password) =>
        (globalThis as unknown as AppWindow).client
          .login({ username: 'foreigner', password })
          .catch(({ code, message }) => ({ code, message })),
      PASSWORD,
    );
    expect(refusal).toEqual({ code: 'invalid_request', message: expect.stringMatching(/another site/) });
  });
});

describe('fetch', () => {
  it('gives the token to listed origins only, and sends once more what was refused for an old one', async () => {
    const tab = await open(await openContext(), served.app.url);
    await tab.register('buyer');
    const token = `Bearer ${await tab.token()}`;
    api.expired.add(token);
    expect(await post(tab, `${api.url}/orders`)).toEqual([200, 'you sent an order']);
    expect(api.calls).toEqual([
      { method: 'POST', authorization: token, body: 'an order' },
      { method: 'POST', authorization: `Bearer ${await tab.token()}`, body: 'an order' },
    ]);
    expect(refreshStatuses(served.issuer.network)).toEqual([200]);
    const unlisted = await open(await openContext(), served.app.url, { origins: [] });
    await unlisted.login('buyer');
    await post(unlisted, api.url);
    expect(api.calls.at(-1)).toMatchObject({ authorization: undefined });
  });
});

describe('the list of sessions', () => {
  it('shows this one, and ends with all of them', async () => {
    const [here, there] = [await openContext(), await openContext()];
    const tab = await open(here, served.app.url);
    await tab.register('traveller');
    const away = await open(there, served.app.url);
    await away.login('traveller');
    const sessions = await tab.page.evaluate(() => (globalThis as unknown as AppWindow).client.sessions());
    expect(sessions.map(({ current }) => current).toSorted()).toEqual([false, true]);
    await tab.page.evaluate(() => (globalThis as unknown as AppWindow).client.logoutEverywhere());
    expect(await tab.state()).toEqual({ status: 'signed-out', reason: 'logout' });
    await away.expire();
    expect(await away.tokenOwner()).toBeNull();
    expect(await away.state()).toEqual({ status: 'signed-out', reason: 'ended' });
  });
});

describe('the refresh cookie, as the browser sees it', () => {
  it('is HttpOnly, Strict, for the issuer’s host alone, and no script’s', async () => {
    const context = await openContext();
    const tab = await open(context, served.app.url);
    await tab.register('flags');
    const [cookie] = (await context.cookies()).filter(({ name }) => name.startsWith('refresh-'));
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', domain: 'localhost', path: '/' });
    expect(await tab.page.evaluate(() => document.cookie)).toBe('');
  });

  it('is Secure and has the __Host- prefix on https', async () => {
    const secure = await startMiniflareIssuer({ root: ROOT, bundle: inject('workerBundle'), https: true });
    try {
      const { origin } = new URL(`https://localhost:${(await secure.ready).port}`);
      // A page of the issuer may fetch nothing: its policy stands aside, for this test has no other page on https.
      const context = await openContext({ ignoreHTTPSErrors: true, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(`${origin}/healthz`);
      const status = await page.evaluate(async (password) => {
        const body = JSON.stringify({ username: 'secure', password, transport: 'cookie' });
        const headers = { 'content-type': 'application/json' };
        return (await fetch('/auth/register', { method: 'POST', headers, body })).status;
      }, PASSWORD);
      expect(status).toBe(201);
      const cookies = await context.cookies();
      expect(cookies.find(({ name }) => name.startsWith('__Host-refresh-'))).toMatchObject({
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        domain: 'localhost',
        path: '/',
      });
      expect(cookies.filter(({ secure: isSecure }) => !isSecure)).toEqual([]);
    } finally {
      await secure.dispose();
    }
  });
});
