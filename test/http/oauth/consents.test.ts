import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../src/index.ts';
import { isSignedIn, type Tokens, testEnv } from '../../support/client.ts';
import {
  authorizationOf,
  basicOf,
  createOpenIssuer,
  exchange,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

const issuer = createOpenIssuer();
let shop: Registered;
let browser: PageBrowser;
let other: PageBrowser;

beforeAll(async () => {
  shop = await registerClient(issuer, { client_name: 'Shop & <b>Sons</b>' });
  browser = await PageBrowser.ofNewUser(issuer, 'allower');
  other = await PageBrowser.ofNewUser(issuer, 'other-allower');
});

const tokensOf = async (by: PageBrowser, client = shop): Promise<Tokens> =>
  (await exchange(issuer, client, await by.codeFor(authorizationOf(client)))).json<Tokens>();
const account = async (by: PageBrowser) => (await by.get('/account', { 'Accept-Language': 'en' })).text();

/** The guards, to which something else comes first whenever that method of theirs is called. */
function withBefore(method: string, act: () => Promise<unknown>): Env['ACCOUNT_GUARD'] {
  const guarded = (stub: object) =>
    new Proxy(stub, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          if (name === method) await act();
          return Reflect.get(target, name)(...args);
        },
    });
  return new Proxy(testEnv.ACCOUNT_GUARD, {
    get: (target, name) =>
      name === 'getByName'
        ? (username: string) => guarded(target.getByName(username))
        : Reflect.get(target, name),
  });
}

describe('what a user has allowed', () => {
  it('is listed under the name of the client, with what it means and since when', async () => {
    const before = await account(other);
    expect(before).not.toContain('Apps that you allowed');
    await tokensOf(browser);
    const html = await account(browser);
    const section = html.slice(html.indexOf('<h2 id="consents">'));
    expect(section).toContain('<h3><bdi>Shop &amp; &lt;b&gt;Sons&lt;/b&gt;</bdi></h3>');
    expect(section).toContain('Keep the access when you sign out here.');
    expect(section).toContain(`<code>${shop.client_id}</code>`);
    expect(section).toMatch(/allowed <time datetime="20\d\d-/);
    // The session list names it, too.
    expect(html.slice(0, html.indexOf('<h2 id="consents">'))).toContain(
      '<bdi>Shop &amp; &lt;b&gt;Sons&lt;/b&gt;</bdi>',
    );
  });

  it('is withdrawn by a form: sessions and refresh tokens of that client end, nobody else’s', async () => {
    const news = await registerClient(issuer, { client_name: 'News' });
    const [mine, fromNews, theirs] = [
      await tokensOf(browser),
      await tokensOf(browser, news),
      await tokensOf(other),
    ];
    const done = await browser.submit('/account/consents/end', { client: shop.client_id });
    expect(done.headers.get('location')).toBe('/account?done=consent');
    expect(await isSignedIn(issuer, mine.access_token)).toBe(false);
    const form = { grant_type: 'refresh_token', refresh_token: mine.refresh_token };
    await expectProblem(await postForm(issuer, '/oauth/token', form, basicOf(shop)), 400, 'invalid_grant');
    expect(await isSignedIn(issuer, fromNews.access_token)).toBe(true);
    expect(await isSignedIn(issuer, theirs.access_token)).toBe(true);
    const html = await account(browser);
    expect(html).not.toContain(shop.client_id);
    expect(html).toContain(news.client_id);
    expect((await browser.authorize(authorizationOf(shop))).status).toBe(200);
  });

  it('is withdrawn by no form of another site, and by nobody who isn’t signed in', async () => {
    const { access_token } = await tokensOf(browser);
    const form = { client: shop.client_id };
    const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    expect((await browser.submit('/account/consents/end', form, foreign)).status).toBe(403);
    const stranger = await new PageBrowser(issuer).submit('/account/consents/end', form);
    expect(stranger.headers.get('location')).toBe('/signin?return_to=%2Faccount');
    expect(await isSignedIn(issuer, access_token)).toBe(true);
  });

  it('leaves no session behind when it is withdrawn while a code is on its way to the guard', async () => {
    const { access_token: bearer } = await issuer.login('allower');
    const code = await browser.codeFor(authorizationOf(shop));
    const withdraw = () => issuer.call('DELETE', `/auth/consents/${shop.client_id}`, { bearer });
    const slow = createOpenIssuer({ ACCOUNT_GUARD: withBefore('redeem', withdraw) });
    await expectProblem(await exchange(slow, shop, code), 400, 'invalid_grant');
    expect(await account(browser)).not.toContain('Shop');
  });

  it('costs nobody a code that comes while the directory can’t be asked for it', async () => {
    await tokensOf(browser);
    const code = await browser.codeFor(authorizationOf(shop));
    const prepare = (query: string) => {
      if (query.includes('consents')) throw new Error('D1 is down');
      return testEnv.DIRECTORY.prepare(query);
    };
    const ill = createOpenIssuer({ DIRECTORY: { prepare } as unknown as D1Database });
    await expectProblem(await exchange(ill, shop, code), 503);
    expect((await exchange(issuer, shop, code)).status).toBe(200);
  });

  it('is told to the user’s own programs with the client’s name', async () => {
    await tokensOf(browser);
    const { access_token: bearer } = await issuer.login('allower');
    const response = await issuer.call('GET', '/auth/consents', { bearer });
    expect((await response.json<{ consents: object[] }>()).consents).toContainEqual({
      client_id: shop.client_id,
      client_name: 'Shop & <b>Sons</b>',
      scope: 'openid profile offline_access',
      granted_at: expect.any(Number),
    });
  });
});
