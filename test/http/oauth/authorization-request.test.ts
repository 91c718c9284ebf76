import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  answerOf,
  authorizationOf,
  basicOf,
  CALLBACK,
  createOpenIssuer,
  exchange,
  hiddenFields,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';
import { expectPage } from '../../support/pages.ts';

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

describe('a redirect URI that is not the registered one leads nowhere', () => {
  it.each([
    'https://client.example.com/callback/',
    'https://client.example.com/callback?x=1',
    'https://client.example.com/callback#x',
    'https://client.example.com/Callback',
    'https://CLIENT.example.com/callback',
    'https://client.example.com:443/callback',
    'https://client.example.com:8443/callback',
    'https://client.example.com/callback/../evil',
    'https://client.example.com/./callback',
    'https://client.example.com/%63allback',
    'https://client.example.com%2f@evil.example/callback',
    'https://client.example.com@evil.example/callback',
    'https://client.example.com\\@evil.example/callback',
    'https://client.example.com.evil.example/callback',
    'https://evil.example/https://client.example.com/callback',
    'http://client.example.com/callback',
    '//client.example.com/callback',
    'javascript:alert(1)//https://client.example.com/callback',
    'https://client.example.com/callback ',
    'https://client.example.com/call\nback',
  ])('%j', async (redirect_uri) => {
    await expectPage(await browser.authorize(authorizationOf(client, { redirect_uri })));
  });

  it('nor none at all with openid, nor two of them', async () => {
    await expectPage(await browser.authorize(authorizationOf(client, { redirect_uri: undefined })));
    const twice = new URLSearchParams(authorizationOf(client));
    twice.append('redirect_uri', CALLBACK);
    await expectPage(await browser.get(`/oauth/authorize?${twice}`));
  });

  it('nor an unknown client', async () => {
    await expectPage(await browser.authorize(authorizationOf({ client_id: 'nobody' })));
    await expectPage(await browser.authorize(authorizationOf({ client_id: 'edgemint' })));
  });

  it('save the port of a loopback address', async () => {
    const native = await registerClient(issuer, {
      redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:1/cb'],
    });
    for (const redirect_uri of ['http://127.0.0.1:49152/cb', 'http://[::1]:50000/cb']) {
      expect((await browser.authorize(authorizationOf(native, { redirect_uri }))).status).toBe(200);
    }
    for (const redirect_uri of [
      'http://127.0.0.1:49152/other',
      'http://localhost:49152/cb',
      'https://127.0.0.1:49152/cb',
      'http://127.0.0.1:49152@evil.example/cb',
      'http://127.0.0.1:80.evil.example/cb',
    ])
      await expectPage(await browser.authorize(authorizationOf(native, { redirect_uri })));
  });
});

describe('what is wrong otherwise is told to the client, with state and iss', () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['the implicit response', { response_type: 'token' }, 'unsupported_response_type'],
    ['the hybrid response', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without a method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'abc' }, 'invalid_request'],
    ['an unknown response mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request URI elsewhere', { request_uri: 'https://evil.example/r' }, 'request_uri_not_supported'],
    ['a registration in the request', { registration: '{}' }, 'registration_not_supported'],
    ['only scopes of our own', { scope: 'account admin' }, 'invalid_scope'],
    ['a malformed scope', { scope: 'open"id' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://evil.example' }, 'invalid_target'],
    ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request'],
    ['none and login', { prompt: 'none login' }, 'invalid_request'],
    ['a max_age in words', { max_age: 'soon' }, 'invalid_request'],
    ['a hint that is no ID token', { id_token_hint: 'x.y.z' }, 'invalid_request'],
    ['a very long state', { state: 's'.repeat(4_097) }, 'invalid_request'],
  ])('%s', async (_, changes, error) => {
    const response = await browser.authorize(authorizationOf(client, changes));
    expect(response.headers.get('location')).toMatch(/^https:\/\/client\.example\.com\/callback\?/);
    const answer = answerOf(response);
    expect(answer.get('error')).toBe(error);
    expect(answer.get('iss')).toBe(issuer.origin);
    expect(answer.get('state')).toBe('state' in changes ? changes.state : 'a state');
    expect(answer.get('code')).toBeNull();
    expect(answer.get('error_description')).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  });

  it('but not an unknown parameter, however often it comes, nor one without a value', async () => {
    const request = new URLSearchParams(authorizationOf(client, { prompt: 'none' }));
    for (const name of ['request', 'request_uri', 'registration', 'max_age', 'resource'])
      request.append(name, '');
    for (const value of ['1', '2']) request.append('flavour', value);
    expect(answerOf(await browser.get(`/oauth/authorize?${request}`)).get('code')).not.toBeNull();
  });

  it('a repeated parameter', async () => {
    const twice = new URLSearchParams(authorizationOf(client));
    twice.append('scope', 'email');
    expect(answerOf(await browser.get(`/oauth/authorize?${twice}`)).get('error')).toBe('invalid_request');
  });
});

describe('prompt, max_age and hints', () => {
  it('none: answers at once, or says what is missing', async () => {
    const silent = authorizationOf(client, { prompt: 'none' });
    expect(answerOf(await browser.authorize(silent)).get('code')).not.toBeNull();
    expect(answerOf(await new PageBrowser(issuer).authorize(silent)).get('error')).toBe('login_required');
    const unknown = await registerClient(issuer);
    const asked = authorizationOf(unknown, { prompt: 'none' });
    expect(answerOf(await browser.authorize(asked)).get('error')).toBe('consent_required');
    const more = authorizationOf(client, { prompt: 'none', scope: 'openid email' });
    expect(answerOf(await browser.authorize(more)).get('error')).toBe('consent_required');
  });

  it('login and max_age=0: ask for a new sign-in, once', async () => {
    for (const changes of [{ prompt: 'login' }, { max_age: '0' }]) {
      const again = new PageBrowser(issuer);
      await again.signIn('asker');
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 });
      const response = await again.authorize(authorizationOf(client, changes));
      const path = response.headers.get('location') ?? '';
      expect(path).toMatch(/^\/signin\?return_to=/);
      const back = await again.signIn('asker', path);
      expect(answerOf(await again.get(back)).get('code')).not.toBeNull();
    }
  });

  it('an ID token of another user: not answered with this one', async () => {
    const tokens = await (
      await exchange(issuer, client, await browser.codeFor(authorizationOf(client)))
    ).json<{ id_token: string }>();
    const other = new PageBrowser(issuer);
    await other.signIn('other-asker');
    const hinted = authorizationOf(client, { id_token_hint: tokens.id_token, prompt: 'none' });
    expect(answerOf(await other.authorize(hinted)).get('error')).toBe('login_required');
    expect(answerOf(await browser.authorize(hinted)).get('code')).not.toBeNull();
  });

  it('form_post: a page that posts, with nothing of it in an address', async () => {
    const response = await browser.authorize(authorizationOf(client, { response_mode: 'form_post' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    expect(html).toContain(`action="${CALLBACK}"`);
    expect(hiddenFields(html)).toMatchObject({ state: 'a state', iss: issuer.origin });
    expect((await exchange(issuer, client, hiddenFields(html).code ?? '')).status).toBe(200);
  });

  it('a posted request goes on by a redirect that brings the cookies', async () => {
    const elsewhere = { Origin: 'https://client.example.com', 'Sec-Fetch-Site': 'cross-site' };
    const posted = await new PageBrowser(issuer).submit(
      '/oauth/authorize',
      authorizationOf(client),
      elsewhere,
    );
    const path = posted.headers.get('location') ?? '';
    expect(path).toMatch(/^\/oauth\/authorize\?client_id=/);
    expect(answerOf(await browser.get(path)).get('code')).not.toBeNull();
  });
});

describe('ui_locales: the languages that a client asks for', () => {
  const inKorean = (response: Response) => response.text().then((html) => html.includes('<html lang="ko"'));

  it('are those of the pages for sign-in and consent, unless the user chose one', async () => {
    const fresh = await registerClient(issuer);
    const visitor = new PageBrowser(issuer);
    const parameters = authorizationOf(fresh, { ui_locales: 'fr ko-KR en' });
    const path = (await visitor.authorize(parameters)).headers.get('location') ?? '';
    expect(await inKorean(await visitor.get(path))).toBe(true);
    const consent = await visitor.get(await visitor.signIn('asker', path));
    expect(await inKorean(consent)).toBe(true);
    await visitor.get('/signin?lang=en');
    expect(await inKorean(await visitor.authorize(parameters))).toBe(false);
  });

  it('are read from a pushed request too; one that nobody speaks is no error', async () => {
    const fresh = await registerClient(issuer);
    const push = async (ui_locales: string) => {
      const parameters = authorizationOf(fresh, { ui_locales });
      const pushed = await postForm(issuer, '/oauth/par', parameters, basicOf(fresh));
      const { request_uri } = await pushed.json<{ request_uri: string }>();
      return browser.authorize({ client_id: fresh.client_id, request_uri });
    };
    expect(await inKorean(await push('ko'))).toBe(true);
    const unknown = await push('tlh');
    expect(unknown.status).toBe(200);
    expect(await inKorean(unknown)).toBe(false);
  });
});
