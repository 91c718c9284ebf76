import type { BrowserContext } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { AppTab, type AppWindow, serveApp } from './support/app.ts';
import { collectProblems, useBrowser } from './support/browser.ts';
import {
  countRotations,
  holdNextRefresh,
  isRefresh,
  loseNextRefresh,
  refreshStatuses,
} from './support/refreshes.ts';

const HOUR = 3_600_000;

const openContext = useBrowser();
const served = serveApp();

const open = (context: BrowserContext, options: object = {}, script?: () => void) =>
  AppTab.open(context, served.app.url, { issuer: served.issuer.url, ...options }, script);

async function openSignedIn(username: string): Promise<{ context: BrowserContext; tab: AppTab }> {
  const context = await openContext();
  const tab = await open(context);
  await tab.register(username);
  return { context, tab };
}

describe('a clock', () => {
  it.each([
    ['three hours slow', -3 * HOUR],
    ['three hours fast', 3 * HOUR],
  ])('that is %s changes nothing', async (name, difference) => {
    const context = await openContext();
    const tab = await open(context);
    await tab.page.clock.setSystemTime(Date.now() + difference);
    await tab.reload();
    await tab.register(`clock-${name.split(' ').at(-1)}`);
    const first = await tab.token();
    await tab.page.clock.fastForward(9 * 60_000);
    expect(await tab.token()).toBe(first);
    expect(refreshStatuses(served.issuer.network)).toEqual([]);
    await tab.page.clock.fastForward(35_000);
    expect(await tab.token()).not.toBe(first);
    expect(refreshStatuses(served.issuer.network)).toEqual([200]);
  });

  it('that stood still for a day behind a closed lid leaves its user signed in', async () => {
    const { tab } = await openSignedIn('sleeper');
    await tab.page.clock.fastForward(24 * HOUR);
    expect(await tab.tokenOwner()).toBe('sleeper');
    expect(refreshStatuses(served.issuer.network)).toEqual([200]);
  });
});

describe('a page', () => {
  it('asks nothing of the network before it is used, and breaks no policy', async () => {
    const context = await openContext();
    const page = await context.newPage();
    const problems = await collectProblems(page);
    await page.goto(
      `${served.app.url}/#${encodeURIComponent(JSON.stringify({ issuer: served.issuer.url }))}`,
    );
    await page.waitForFunction(() => 'client' in globalThis);
    expect(served.issuer.network.exchanges).toEqual([]);
    expect(await page.evaluate(() => (globalThis as unknown as AppWindow).client.session())).toBeNull();
    expect(problems).toEqual([]);
  });

  it('is signed in after a reload, and keeps no token where scripts could find one', async () => {
    const { tab } = await openSignedIn('reloader');
    await tab.reload();
    const token = await tab.token();
    expect(await tab.tokenOwner()).toBe('reloader');
    const stored = await tab.page.evaluate(async () => {
      const opening = indexedDB.open('edgemint', 1);
      await new Promise((resolve) => {
        opening.onsuccess = resolve;
      });
      const reading = opening.result.transaction('books').objectStore('books').getAll();
      await new Promise((resolve) => {
        reading.onsuccess = resolve;
      });
      opening.result.close();
      const storages = [{ ...localStorage }, { ...sessionStorage }];
      return JSON.stringify([reading.result, storages, document.cookie, location.href, history.state]);
    });
    expect(stored).toContain('reloader');
    expect(stored).not.toContain(token);
    expect(stored).not.toMatch(/eyJ|[\w-]{80}/);
  });

  it.each([
    ['before the issuer has heard of it', loseNextRefresh],
    ['before it has heard the answer', holdNextRefresh],
  ])('that is reloaded in the middle of a refresh, %s, is signed in', async (moment, disturb) => {
    const username = `reload-${moment.split(' ').at(-1)}`;
    const { tab } = await openSignedIn(username);
    const { reached, release } = disturb(served.issuer.network);
    await tab.expire();
    tab.token().catch(() => {});
    await reached;
    await tab.reload();
    release();
    expect(await tab.tokenOwner()).toBe(username);
    expect(Object.values(countRotations(served.issuer.network))).toEqual([1]);
  });

  it('that is left and come back to is signed in', async () => {
    const { tab } = await openSignedIn('back');
    await tab.page.goto(`${served.app.url}/elsewhere`);
    await tab.page.goBack();
    await tab.page.waitForFunction(() => 'client' in globalThis);
    expect(await tab.tokenOwner()).toBe('back');
  });

  // The Chromium of the tests has no back-forward cache, so its event is played to a page that heard nothing meanwhile.
  it.each([
    ['goes on if it may', 'kept', { status: 'signed-in' }],
    ['hears that it was signed out', 'left', { status: 'signed-out', reason: 'ended' }],
  ])('that comes back out of the back-forward cache %s', async (_, username, state) => {
    const { context, tab } = await openSignedIn(username);
    const deaf = await open(context, {}, () => {
      Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { set() {} });
    });
    await deaf.token();
    if (username === 'left') await tab.logout();
    await tab.expire();
    await tab.token();
    expect(await deaf.state()).toMatchObject({ status: 'signed-in' });
    await deaf.expire();
    const restored = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await deaf.page.evaluate(restored);
    await deaf.page.waitForFunction(
      (status) => {
        const { changes } = globalThis as unknown as AppWindow;
        return changes.at(-1)?.type === status;
      },
      state.status === 'signed-in' ? 'refreshed' : state.status,
    );
    expect(await deaf.state()).toMatchObject(state);
  });
});

describe('a browser that keeps no database for the page', () => {
  it('is signed in all the same, over a refresh, a reload and in another tab', async () => {
    const context = await openContext();
    const forbid = () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('Access is denied', 'SecurityError');
      };
    };
    const tab = await open(context, {}, forbid);
    await tab.register('no-database');
    await tab.expire();
    expect(await tab.tokenOwner()).toBe('no-database');
    await tab.reload();
    expect(await tab.tokenOwner()).toBe('no-database');
    const other = await open(context, {}, forbid);
    expect(await other.tokenOwner()).toBe('no-database');
    await Promise.all([tab, other].map((each) => each.expire()));
    const owners = await Promise.all([tab, other].map((each) => each.tokenOwner()));
    expect(owners).toEqual(['no-database', 'no-database']);
    expect(refreshStatuses(served.issuer.network)).not.toContain(400);
  });
});

describe('a database that fails for a while', () => {
  it('is told to the caller, who may ask again, and costs nobody the session', async () => {
    const { context, tab } = await openSignedIn('storage');
    const problems = await collectProblems(tab.page);
    await tab.expire();
    const code = await tab.page.evaluate(async () => {
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = () => {
        throw new DOMException('The disk is full', 'UnknownError');
      };
      dispatchEvent(new Event('online'));
      const { client } = globalThis as unknown as AppWindow;
      const failed = await client.token().catch((error) => error.code);
      IDBFactory.prototype.open = open;
      return failed;
    });
    expect(code).toBe('storage');
    expect(await tab.state()).toMatchObject({ status: 'signed-in' });
    expect(await tab.tokenOwner()).toBe('storage');
    expect(await (await open(context)).tokenOwner()).toBe('storage');
    expect(problems).toEqual([]);
  });
});

describe('a network that is away', () => {
  it('costs nobody the session, and the refresh goes on when it is back', async () => {
    const { context, tab } = await openSignedIn('offline');
    await context.setOffline(true);
    await tab.expire();
    const owner = tab.tokenOwner();
    expect(await tab.state()).toMatchObject({ status: 'signed-in' });
    await context.setOffline(false);
    expect(await owner).toBe('offline');
    // An answer that was lost as the network came back is repeated; nothing is spent twice.
    expect(Object.values(countRotations(served.issuer.network))).toEqual([1]);
  });

  it('for long is told to the caller, who may ask again with the same key', async () => {
    const { tab } = await openSignedIn('patient');
    served.issuer.network.fault = {
      onAnswer: async (exchange) => (isRefresh(exchange) ? 'drop' : undefined),
    };
    await tab.expire();
    const refusal = tab.page.evaluate(() =>
      (globalThis as unknown as AppWindow).client.token().catch(({ code }) => code),
    );
    while ((await Promise.race([refusal, tab.page.clock.fastForward(10_000)])) === undefined);
    expect(await refusal).toBe('network');
    expect(await tab.state()).toMatchObject({ status: 'signed-in' });
    served.issuer.network.fault = {};
    expect(await tab.tokenOwner()).toBe('patient');
    const refreshes = served.issuer.network.exchanges.filter(isRefresh);
    expect(new Set(refreshes.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(refreshes.map(({ answerHeaders }) => answerHeaders['refresh-outcome'])).toEqual([
      'rotated',
      ...refreshes.slice(1).map(() => 'repeated'),
    ]);
    expect(refreshes.length).toBeGreaterThan(3);
  });

  it('without a word is given up after eight seconds, and the refresh goes on with the next try', async () => {
    const context = await openContext();
    const tab = await open(context, { timeoutSeconds: undefined });
    // It stands still, so that nothing times out before its time.
    await tab.page.clock.pauseAt(Date.now() + HOUR);
    await tab.register('hanging');
    await tab.expire();
    const held = holdNextRefresh(served.issuer.network);
    const owner = tab.tokenOwner();
    await held.reached;
    await tab.page.clock.fastForward(8_000);
    await tab.page.clock.resume();
    expect(await owner).toBe('hanging');
    const outcomes = served.issuer.network.exchanges
      .filter(isRefresh)
      .map(({ answerHeaders }) => answerHeaders['refresh-outcome']);
    expect(outcomes).toEqual(['rotated', 'repeated']);
    held.release();
  });
});
