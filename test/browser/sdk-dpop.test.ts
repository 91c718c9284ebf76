import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { AppTab, type AppWindow, serveApp } from './support/app.ts';
import { useBrowser } from './support/browser.ts';

const openContext = useBrowser();
const served = serveApp(({ url, foreignUrl }) => `${url} ${foreignUrl}`);

const open = async (options: object = {}, url = served.app.url) => {
  const context = await openContext();
  return AppTab.open(context, url, { issuer: served.issuer.url, dpop: true, ...options });
};
const thumbprintOf = (token: string | null) =>
  (decodeJwt(token ?? '').cnf as { jkt: string } | undefined)?.jkt;
const listSessions = (tab: AppTab) =>
  tab.page.evaluate(async () => (await (globalThis as unknown as AppWindow).client.sessions()).length);

describe('a client that proves its key', () => {
  it('holds tokens that are bound to it, and speaks to the issuer, through reloads and tabs', async () => {
    const tab = await open();
    await tab.register('holder');
    const jkt = thumbprintOf(await tab.token());
    expect(jkt).toMatch(/^[\w-]{43}$/);
    expect(await listSessions(tab)).toBe(1);
    await tab.expire();
    expect(thumbprintOf(await tab.token())).toBe(jkt);
    await tab.reload();
    expect(thumbprintOf(await tab.token())).toBe(jkt);
    const options = { issuer: served.issuer.url, dpop: true };
    const other = await AppTab.open(tab.page.context(), served.app.url, options);
    expect(await listSessions(other)).toBe(1);
    await other.logout();
    await tab.signedOut();
  });

  it('makes a stolen cookie and a stolen token useless', async () => {
    const tab = await open();
    await tab.register('robbed');
    const token = await tab.token();
    const headers = { Authorization: `Bearer ${token}` };
    expect((await fetch(`${served.issuer.url}/auth/me`, { headers })).status).toBe(401);
    const jar = (await tab.page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const stolen = await fetch(`${served.issuer.url}/auth/refresh`, {
      method: 'POST',
      headers: { Cookie: jar, Origin: served.app.url, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect(await stolen.json()).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('key'),
    });
    await tab.reload();
    expect(await tab.tokenOwner()).toBe('robbed');
  });

  it('keeps its key where no script can read it', async () => {
    const tab = await open();
    await tab.register('keeper');
    const key = await tab.page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('edgemint', 1);
        opening.onsuccess = () => resolve(opening.result);
      });
      const reading = database.transaction('books').objectStore('books').get('key');
      await new Promise((resolve) => {
        reading.onsuccess = resolve;
      });
      const { privateKey } = reading.result as CryptoKeyPair;
      return [privateKey.extractable, await crypto.subtle.exportKey('jwk', privateKey).catch(() => 'no')];
    });
    expect(key).toEqual([false, 'no']);
  });

  it('goes on with its key after the database failed to give it', async () => {
    const tab = await open();
    await tab.register('forgiving');
    const jkt = thumbprintOf(await tab.token());
    await tab.page.addInitScript(() => {
      const { get } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.get = function (name) {
        if (name !== 'key') return get.call(this, name);
        IDBObjectStore.prototype.get = get;
        this.transaction.abort();
        throw new DOMException('The disk is full', 'UnknownError');
      };
    });
    await tab.reload();
    expect(thumbprintOf(await tab.token())).toBe(jkt);
  });

  it('costs no tab the session where a page begins while the database fails, and not that one after a reload', async () => {
    const other = await open();
    await other.register('unlucky');
    const tab = await AppTab.open(
      other.page.context(),
      served.app.url,
      { issuer: served.issuer.url, dpop: true },
      () => {
        if (sessionStorage.getItem('fails') === null) return;
        IDBFactory.prototype.open = () => {
          throw new DOMException('The disk is full', 'UnknownError');
        };
      },
    );
    expect(await tab.tokenOwner()).toBe('unlucky');
    await tab.page.evaluate(() => sessionStorage.setItem('fails', 'yes'));
    await tab.reload();
    expect(await tab.token()).toBeNull();
    await other.expire();
    expect(await other.tokenOwner()).toBe('unlucky');
    await tab.page.evaluate(() => sessionStorage.removeItem('fails'));
    await tab.reload();
    expect(await tab.tokenOwner()).toBe('unlucky');
  });

  it('gets on with a clock that is hours wrong, and in memory', async () => {
    const tab = await open({}, served.app.foreignUrl);
    await tab.page.clock.setFixedTime(Date.now() - 7_200_000);
    await tab.register('late');
    expect(await listSessions(tab)).toBe(1);
    await tab.page.clock.setFixedTime(Date.now() + 7_200_000);
    expect(await listSessions(tab)).toBe(1);
    expect(thumbprintOf(await tab.token())).toBeDefined();
  });
});
