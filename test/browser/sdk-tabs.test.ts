import type { BrowserContext } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../support/random.ts';
import { AppTab, type AppWindow, serveApp } from './support/app.ts';
import { useBrowser } from './support/browser.ts';
import { countRotations, holdNextRefresh, isRefresh, refreshStatuses } from './support/refreshes.ts';

const openContext = useBrowser();
const served = serveApp();

const open = (context: BrowserContext, options: object = {}) =>
  AppTab.open(context, served.app.url, { issuer: served.issuer.url, ...options });

/** Two tabs of one browser; the first has registered, the second has followed or will. */
async function openTwo(username: string): Promise<{ context: BrowserContext; tabs: [AppTab, AppTab] }> {
  const context = await openContext();
  const first = await open(context);
  await first.register(username);
  return { context, tabs: [first, await open(context)] };
}

async function refreshCookies(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies(served.issuer.url);
  return cookies.map(({ name }) => name).filter((name) => name.startsWith('refresh-'));
}

describe('two tabs that expire at the same moment', () => {
  it('ten times over, with latency and lost requests and answers, stay signed in, and each generation is rotated once', async () => {
    const { tabs } = await openTwo('twins');
    for (const tab of tabs) expect(await tab.tokenOwner()).toBe('twins');
    const draw = createRandom(7);
    const disturb = async () => {
      await new Promise((resolve) => setTimeout(resolve, draw() * 500));
      return draw() < 0.2 ? ('drop' as const) : undefined;
    };
    const only = (exchange: { method: string; path: string }) =>
      isRefresh(exchange) ? disturb() : Promise.resolve(undefined);
    served.issuer.network.fault = { onRequest: only, onAnswer: only };
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(tabs.map((tab) => tab.expire()));
      const owners = await Promise.all(tabs.map((tab) => tab.tokenOwner()));
      expect(owners).toEqual(['twins', 'twins']);
    }
    const counts = countRotations(served.issuer.network);
    expect(Object.keys(counts).length).toBeGreaterThanOrEqual(10);
    expect(new Set(Object.values(counts))).toEqual(new Set([1]));
    expect(refreshStatuses(served.issuer.network)).not.toContain(400);
    for (const tab of tabs) {
      expect((await tab.changes()).map(({ type }) => type)).not.toContain('signed-out');
    }
  });

  it('share one refresh when the other one has nothing to wait for', async () => {
    const { tabs } = await openTwo('sharers');
    await tabs[1].token();
    await Promise.all(tabs.map((tab) => tab.expire()));
    const token = await tabs[0].token();
    await tabs[1].page.waitForFunction(
      () => (globalThis as unknown as AppWindow).changes.at(-1)?.type === 'refreshed',
    );
    const before = refreshStatuses(served.issuer.network).length;
    expect(await tabs[1].token()).toBe(token);
    expect(refreshStatuses(served.issuer.network)).toHaveLength(before);
  });
});

describe('an answer that comes late', () => {
  it('by two generations, with its older cookie, signs nobody out', async () => {
    const { context, tabs } = await openTwo('late');
    const [tab] = tabs;
    const held = holdNextRefresh(served.issuer.network);
    // A duplicate that the network held back: it has the page's own key, out of the book that tabs share.
    const duplicate = tab.page.evaluate(async (url) => {
      const { client } = globalThis as unknown as AppWindow;
      const session = (await client.session())?.id ?? '';
      const key = crypto.randomUUID();
      const opening = indexedDB.open('edgemint', 1);
      await new Promise((resolve) => {
        opening.onsuccess = resolve;
      });
      const books = opening.result.transaction('books', 'readwrite').objectStore('books');
      const reading = books.get(url);
      await new Promise((resolve) => {
        reading.onsuccess = resolve;
      });
      const book = reading.result;
      book.sessions[session].keys = [[0, key]];
      books.put(book, url);
      opening.result.close();
      const response = await fetch(`${url}/auth/refresh`, {
        method: 'POST',
        credentials: 'include',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ session, generation: 0 }),
      });
      return response.status;
    }, served.issuer.url);
    await held.reached;
    for (let generation = 1; generation <= 3; generation += 1) {
      await tab.expire();
      expect(await tab.tokenOwner()).toBe('late');
    }
    expect(await refreshCookies(context)).toEqual([expect.stringMatching(/-3$/)]);
    held.release();
    expect(await duplicate).toBe(200);
    expect((await refreshCookies(context)).toSorted()).toEqual([
      expect.stringMatching(/-1$/),
      expect.stringMatching(/-3$/),
    ]);
    await tab.expire();
    expect(await tab.tokenOwner()).toBe('late');
    expect(await refreshCookies(context)).toEqual([expect.stringMatching(/-4$/)]);
    expect(refreshStatuses(served.issuer.network)).toEqual([200, 200, 200, 200, 200]);
  });

  it('to a page that was killed after the browser took it, signs nobody out', async () => {
    const { context, tabs } = await openTwo('killed');
    const [tab] = tabs;
    await tab.page.evaluate(() => {
      Response.prototype.json = () => new Promise(() => {});
    });
    await tab.expire();
    tab.token().catch(() => {});
    await expect.poll(() => refreshCookies(context)).toEqual([expect.stringMatching(/-1$/)]);
    await tab.page.close();
    const next = await open(context);
    expect(await next.tokenOwner()).toBe('killed');
    expect(refreshStatuses(served.issuer.network)).toEqual([200, 409, 200]);
  });
});

describe('two accounts in two tabs', () => {
  it('stay two, over refreshes and reloads', async () => {
    const { context, tabs } = await openTwo('alice');
    const [alice, bob] = tabs;
    await bob.register('bob');
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(tabs.map((tab) => tab.expire()));
      expect(await Promise.all(tabs.map((tab) => tab.tokenOwner()))).toEqual(['alice', 'bob']);
      await Promise.all(tabs.map((tab) => tab.reload()));
      expect(await Promise.all(tabs.map((tab) => tab.tokenOwner()))).toEqual(['alice', 'bob']);
    }
    await alice.logout();
    await bob.expire();
    expect(await bob.tokenOwner()).toBe('bob');
    await alice.reload();
    expect(await alice.tokenOwner()).toBeNull();
    expect(await refreshCookies(context)).toHaveLength(1);
  });
});

describe('signing out', () => {
  it('in one tab is signing out in all, and leaves no cookie', async () => {
    const { context, tabs } = await openTwo('leaver');
    const [first, second] = tabs;
    await second.token();
    await first.logout();
    await second.signedOut();
    expect((await second.changes()).at(-1)).toEqual({ type: 'signed-out', reason: 'logout' });
    expect(await refreshCookies(context)).toEqual([]);
    const third = await open(context);
    expect(await third.tokenOwner()).toBeNull();
  });

  it('in one tab and in again takes the others along', async () => {
    const { tabs } = await openTwo('returner');
    const [first, second] = tabs;
    await second.token();
    await first.logout();
    await second.signedOut();
    await first.login('returner');
    await second.page.waitForFunction(
      () => (globalThis as unknown as AppWindow).client.state().status === 'signed-in',
    );
    expect(await second.token()).toBe(await first.token());
  });

  it('without a network is done here at once, and at the issuer as soon as it is back', async () => {
    const { context, tabs } = await openTwo('cut-off');
    await context.setOffline(true);
    const leaving = tabs[0].logout().catch(() => {});
    await tabs[0].signedOut();
    await context.setOffline(false);
    await leaving;
    await expect.poll(() => refreshCookies(context)).toEqual([]);
  });
});

describe('a stolen token', () => {
  it('throws out both, in all tabs, and the app says why', async () => {
    const { context, tabs } = await openTwo('victim');
    await tabs[1].token();
    const [stolen] = (await context.cookies(served.issuer.url)).filter(({ name }) =>
      name.startsWith('refresh-'),
    );
    const steal = (cookie: string) =>
      fetch(`${served.issuer.url}/auth/refresh`, { method: 'POST', headers: { cookie } });
    const taken = await steal(`${stolen?.name}=${stolen?.value}`);
    expect(taken.status).toBe(200);
    const loot = taken.headers.getSetCookie().find((line) => line.includes('refresh-')) ?? '';
    await tabs[0].expire();
    expect(await tabs[0].tokenOwner()).toBeNull();
    await tabs[1].signedOut();
    for (const tab of tabs) {
      expect((await tab.changes()).at(-1)).toEqual({ type: 'signed-out', reason: 'reuse' });
    }
    expect((await steal(loot.split(';')[0] ?? '')).status).toBe(400);
  });
});
