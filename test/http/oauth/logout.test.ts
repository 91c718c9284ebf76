import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isSignedIn } from '../../support/client.ts';
import {
  authorizationOf,
  basicOf,
  type ClientTokens,
  createOpenIssuer,
  exchange,
  hiddenFields,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';

const LEFT = 'https://client.example.com/left';
const issuer = createOpenIssuer();
let client: Registered;

beforeAll(async () => {
  await issuer.register('leaver');
  await issuer.register('stayer');
  client = await registerClient(issuer, { post_logout_redirect_uris: [LEFT] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function start(username: string): Promise<{ browser: PageBrowser; tokens: ClientTokens }> {
  const browser = new PageBrowser(issuer);
  await browser.signIn(username);
  const code = await browser.codeFor(authorizationOf(client, { scope: 'openid' }));
  return { browser, tokens: await (await exchange(issuer, client, code)).json<ClientTokens>() };
}

const logout = (browser: PageBrowser, parameters: Record<string, string>) =>
  browser.get(`/oauth/logout?${new URLSearchParams(parameters)}`);

describe('RP-initiated logout', () => {
  it('signs the user of the ID token out, of the pages and of its clients, and leads back', async () => {
    const { browser, tokens } = await start('leaver');
    const response = await logout(browser, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: LEFT,
      state: 'xyz',
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`${LEFT}?state=xyz`);
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('asks, where another site may have asked', async () => {
    const { browser, tokens } = await start('leaver');
    const page = await logout(browser, { client_id: client.client_id, post_logout_redirect_uri: LEFT });
    expect(page.status).toBe(200);
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(true);
    const fields = hiddenFields(await page.text());
    const stayed = await browser.submit('/oauth/logout/confirm', { ...fields, decision: 'deny' });
    expect(stayed.headers.get('location')).toBe('/account');
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(true);
    const left = await browser.submit('/oauth/logout/confirm', { ...fields, decision: 'allow' });
    expect(left.headers.get('location')).toBe(LEFT);
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
  });

  it('asks too, where the ID token is another user’s', async () => {
    const [mine, other] = [await start('leaver'), await start('stayer')];
    expect((await logout(mine.browser, { id_token_hint: other.tokens.id_token })).status).toBe(200);
    expect(await isSignedIn(issuer, mine.tokens.access_token)).toBe(true);
  });

  it.each([
    'https://client.example.com/left/',
    'https://evil.example/',
    '//evil.example',
    'https://client.example.com/left?x=1',
  ])('leads to no other address than a registered one: %s', async (uri) => {
    const { browser, tokens } = await start('leaver');
    const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: uri };
    const response = await logout(browser, parameters);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  it('leads nowhere, and asks, where no client is named', async () => {
    const { browser } = await start('leaver');
    const page = await logout(browser, { post_logout_redirect_uri: LEFT });
    expect(page.status).toBe(200);
    const fields = { ...hiddenFields(await page.text()), decision: 'allow' };
    const left = await browser.submit('/oauth/logout/confirm', fields);
    expect(left.headers.get('location')).toBe('/signin');
    expect((await logout(browser, { client_id: 'nobody' })).status).toBe(400);
  });

  it('asks, where the ID token is old and its session is over, and not while the session lives', async () => {
    const { browser, tokens } = await start('leaver');
    const hint = { id_token_hint: tokens.id_token };
    const ended = await start('leaver');
    const path = `/auth/sessions/${ended.tokens.session}`;
    const { access_token: bearer } = await issuer.login('leaver');
    expect((await issuer.call('DELETE', path, { bearer })).status).toBe(204);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
    expect((await logout(browser, { id_token_hint: ended.tokens.id_token })).status).toBe(200);
    expect((await browser.get('/account')).status).toBe(200);
    expect((await logout(browser, hint)).status).toBe(303);
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('does not ask where the app has revoked its tokens first', async () => {
    const { browser, tokens } = await start('leaver');
    await postForm(issuer, '/oauth/revoke', { token: tokens.refresh_token }, basicOf(client));
    expect((await logout(browser, { id_token_hint: tokens.id_token })).status).toBe(303);
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('takes no ID token that is none of ours', async () => {
    const { browser } = await start('leaver');
    expect((await logout(browser, { id_token_hint: 'eyJhbGciOiJub25lIn0.e30.' })).status).toBe(400);
  });
});
