import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isSignedIn, type Tokens } from '../../support/client.ts';
import {
  answerOf,
  authorizationOf,
  CALLBACK,
  createOpenIssuer,
  exchange,
  hiddenFields,
  PageBrowser,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';
import { expectPage } from '../../support/pages.ts';
import { expectProblem } from '../../support/problem.ts';

const issuer = createOpenIssuer();
let client: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  await issuer.register('other-asker');
  client = await registerClient(issuer);
  browser = await PageBrowser.ofNewUser(issuer, 'asker');
  await browser.codeFor(authorizationOf(client));
});

afterEach(() => {
  vi.useRealTimers();
});

describe('consent', () => {
  it('says of a client that anybody may have registered that it chose its name, and what it asks for once', async () => {
    const named = await registerClient(issuer, { client_name: '<i>Bank</i> {username}' });
    const html = await (await browser.authorize(authorizationOf(named, { scope: 'openid profile' }))).text();
    expect(html).toContain('<strong><bdi>&lt;i&gt;Bank&lt;/i&gt; {username}</bdi></strong> asks for access');
    expect(html).toMatch(
      /The app chose that name itself\.<.+You go on to client\.example\.com\. Allow it only if you came from there\./,
    );
    expect(html.match(/your username/g)).toHaveLength(1);
  });

  const ask = async () => {
    const fresh = await registerClient(issuer);
    return browser.authorize(authorizationOf(fresh));
  };

  it('can be denied, and that is not kept', async () => {
    const page = await ask();
    expect(answerOf(await browser.answer(page, 'deny')).get('error')).toBe('access_denied');
  });

  it('counts only from its own page', async () => {
    const fields = { ...hiddenFields(await (await ask()).text()), decision: 'allow' };
    for (const headers of [
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' },
      { Origin: issuer.origin, 'Sec-Fetch-Site': 'same-site' },
    ]) {
      const response = await browser.submit('/oauth/consent', fields, headers);
      expect(response.status).toBe(403);
      expect(response.headers.get('location')).toBeNull();
    }
  });

  it('counts only for whom the page was shown to, in that sign-in', async () => {
    const fields = { ...hiddenFields(await (await ask()).text()), decision: 'allow' };
    const other = new PageBrowser(issuer);
    await expectPage(await other.submit('/oauth/consent', fields));
    await other.signIn('other-asker');
    await expectPage(await other.submit('/oauth/consent', fields));
    await expectPage(await browser.submit('/oauth/consent', { request: 'x', decision: 'allow' }));
  });

  it('can not be framed, tells no Referer, and is not kept by a cache', async () => {
    const { headers } = await ask();
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('can be taken back: the client’s sessions end, and it must ask again', async () => {
    const fresh = await registerClient(issuer);
    const code = await browser.codeFor(authorizationOf(fresh));
    const tokens = await (await exchange(issuer, fresh, code)).json<Tokens>();
    const { access_token: bearer } = await issuer.login('asker');
    const { consents } = await (await issuer.call('GET', '/auth/consents', { bearer })).json<{
      consents: { client_id: string }[];
    }>();
    expect(consents.map(({ client_id }) => client_id)).toContain(fresh.client_id);
    const onItsWay = await browser.codeFor(authorizationOf(fresh));
    const path = `/auth/consents/${fresh.client_id}`;
    await expectProblem(await issuer.call('DELETE', path, { bearer: tokens.access_token }), 403);
    expect((await issuer.call('DELETE', path, { bearer })).status).toBe(204);
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    await expectProblem(await exchange(issuer, fresh, onItsWay), 400, 'invalid_grant');
    expect((await browser.authorize(authorizationOf(fresh))).status).toBe(200);
    await expectProblem(await issuer.call('DELETE', path, { bearer }), 404);
  });

  it.each([
    ['http://127.0.0.1:5000/cb', 'http://127.0.0.1:6666/cb'],
    ['http://[::1]:5000/cb', 'http://[::1]:6666/cb'],
    ['http://localhost:5000/cb', 'http://localhost:5000/cb'],
  ])('of a public client at %s gives no program at %s a code in silence', async (first, second) => {
    const app = await registerClient(issuer, {
      token_endpoint_auth_method: 'none',
      redirect_uris: [first],
    });
    await browser.codeFor(authorizationOf(app, { redirect_uri: first }));
    const silent = authorizationOf(app, { redirect_uri: second, prompt: 'none' });
    expect(answerOf(await browser.authorize(silent)).get('error')).toBe('consent_required');
    expect((await browser.authorize(authorizationOf(app, { redirect_uri: second }))).status).toBe(200);
  });

  it.each([
    ['has a secret', { redirect_uris: ['http://127.0.0.1:5000/cb'] }, 'http://127.0.0.1:5000/cb'],
    ['is not on one’s own machine', { token_endpoint_auth_method: 'none' }, CALLBACK],
  ])('is remembered of a client that %s', async (_, metadata, redirect_uri) => {
    const app = await registerClient(issuer, metadata);
    await browser.codeFor(authorizationOf(app, { redirect_uri }));
    const silent = authorizationOf(app, { redirect_uri, prompt: 'none' });
    expect(answerOf(await browser.authorize(silent)).get('code')).not.toBeNull();
  });

  it('is asked each time for a native app, which can not prove who it is', async () => {
    const native = await registerClient(issuer, {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['com.example.app:/cb'],
    });
    const parameters = authorizationOf(native, { redirect_uri: 'com.example.app:/cb' });
    await browser.codeFor(parameters);
    expect((await browser.authorize(parameters)).status).toBe(200);
  });
});
