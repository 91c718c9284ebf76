import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  answerOf,
  authorizationOf,
  basicOf,
  CALLBACK,
  CHALLENGE,
  createOpenIssuer,
  hiddenFields,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';

const issuer = createOpenIssuer({ SCOPES: 'orders:read' });
let client: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  client = await registerClient(issuer);
  browser = await PageBrowser.ofNewUser(issuer, 'authorizer');
  await browser.codeFor(authorizationOf(client));
});
afterEach(() => {
  vi.useRealTimers();
});

const push = async (changes: Record<string, string> = {}, by = client) => {
  const pushed = await postForm(issuer, '/oauth/par', authorizationOf(by, changes), basicOf(by));
  expect(pushed.status).toBe(201);
  return pushed.json<{ request_uri: string; expires_in: number }>();
};

describe('the authorization endpoint', () => {
  it('is GET’s and POST’s, and no page of another origin reads it', async () => {
    const query = new URLSearchParams(authorizationOf(client));
    const got = await issuer.call('GET', `/oauth/authorize?${query}`, { origin: 'https://any.example' });
    const posted = await postForm(issuer, '/oauth/authorize', authorizationOf(client), {
      Origin: 'https://any.example',
    });
    const preflight = await issuer.call('OPTIONS', '/oauth/authorize', { origin: 'https://any.example' });
    for (const response of [got, posted, preflight])
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect([got.status, posted.status]).toEqual([303, 303]);
    await expectProblem(await issuer.call('PUT', '/oauth/authorize'), 405);
  });

  it('needs a client', async () => {
    for (const client_id of [undefined, '', 'nobody']) {
      const parameters = { ...authorizationOf(client), client_id };
      const response = await browser.authorize(JSON.parse(JSON.stringify(parameters)));
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
    }
  });

  it('keeps the query of a redirect URI, in answers and in errors', async () => {
    const redirect_uri = `${CALLBACK}?tenant=a%20b&x=`;
    const tenant = await registerClient(issuer, { redirect_uris: [redirect_uri] });
    const parameters = authorizationOf(tenant, { redirect_uri });
    const allowed = await browser.answer(await browser.authorize(parameters), 'allow');
    const refused = await browser.authorize({ ...parameters, prompt: 'maybe' });
    for (const response of [allowed, refused])
      expect(response.headers.get('location')?.startsWith(`${redirect_uri}&`)).toBe(true);
    expect(answerOf(allowed).get('code')).not.toBeNull();
    expect(answerOf(refused).get('error')).toBe('invalid_request');
  });

  it('grants nothing where no scope is asked for, and no identity without openid', async () => {
    const tokens = await browser.tokensFor(client, { scope: undefined });
    expect(tokens.scope).toBeUndefined();
    expect(tokens.id_token).toBeUndefined();
    await expectProblem(await issuer.call('GET', '/oauth/userinfo', { bearer: tokens.access_token }), 403);
  });

  it('grants of the scopes what there is, and says so', async () => {
    const tokens = await browser.tokensFor(client, { scope: 'openid nothing:there orders:read' });
    expect(tokens.scope).toBe('openid orders:read');
  });

  it('minds no claims, display, acr_values or locales that it has nothing for', async () => {
    const parameters = authorizationOf(client, {
      prompt: 'none',
      claims: '{"userinfo":{"email":{"essential":true}}}',
      display: 'wap',
      acr_values: 'urn:example:gold',
      ui_locales: 'tlh',
      claims_locales: 'tlh',
    });
    expect(answerOf(await browser.authorize(parameters)).get('code')).not.toBeNull();
  });

  it('shows what a client sent as text only', async () => {
    const state = `"><script>alert('x')</script>&amp;`;
    const response = await browser.authorize(authorizationOf(client, { response_mode: 'form_post', state }));
    const html = await response.text();
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('&quot;&gt;&lt;script&gt;');
    const named = await registerClient(issuer, { client_name: '<img src=x onerror=alert(1)>' });
    const consent = await (await browser.authorize(authorizationOf(named))).text();
    expect(consent).not.toContain('<img src=x');
    expect(consent).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('sends iss in whatever way it answers', async () => {
    const posted = await browser.authorize(authorizationOf(client, { response_mode: 'form_post' }));
    expect(hiddenFields(await posted.text()).iss).toBe(issuer.origin);
    const refused = authorizationOf(client, { response_mode: 'form_post', prompt: 'none login' });
    const error = hiddenFields(await (await browser.authorize(refused)).text());
    expect(error).toMatchObject({ iss: issuer.origin, error: 'invalid_request', state: 'a state' });
  });

  it('asks for consent to offline_access, though all else was allowed before', async () => {
    const fresh = await registerClient(issuer);
    await browser.codeFor(authorizationOf(fresh, { scope: 'openid' }));
    const offline = authorizationOf(fresh, { scope: 'openid offline_access' });
    const silent = await browser.authorize({ ...offline, prompt: 'none' });
    expect(answerOf(silent).get('error')).toBe('consent_required');
    const page = await browser.authorize(offline);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('offline_access');
  });

  it('hands out codes that show nothing of their request', async () => {
    const code = await browser.codeFor(authorizationOf(client));
    const parts = code.split('.');
    expect(parts).toHaveLength(5);
    const readable = parts.map((part) => atob(part.replaceAll('-', '+').replaceAll('_', '/'))).join();
    for (const secret of [CHALLENGE, 'a nonce', CALLBACK, 'authorizer'])
      expect(readable + code).not.toContain(secret);
  });
});

describe('a pushed request', () => {
  it('is the whole request: what stands beside its name counts for nothing', async () => {
    const { request_uri } = await push({ scope: 'openid' });
    const { client_id } = client;
    const injected = {
      scope: 'openid profile offline_access',
      redirect_uri: 'https://evil.example/callback',
      state: 'another state',
      code_challenge: CHALLENGE.replace('E9', 'XX'),
      response_mode: 'form_post',
      prompt: 'consent',
    };
    const response = await browser.authorize({ client_id, request_uri, ...injected });
    expect(response.headers.get('location')?.startsWith(`${CALLBACK}?`)).toBe(true);
    const answer = answerOf(response);
    expect(answer.get('state')).toBe('a state');
    const form = { grant_type: 'authorization_code', code: answer.get('code') ?? '', redirect_uri: CALLBACK };
    const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const granted = await postForm(issuer, '/oauth/token', { ...form, code_verifier }, basicOf(client));
    expect(await granted.json()).toMatchObject({ scope: 'openid' });
  });

  it('expires, needs its client, and can not be guessed', async () => {
    const [one, other] = [await push(), await push()];
    expect(one.expires_in).toBeGreaterThan(0);
    expect(Number.isInteger(one.expires_in)).toBe(true);
    expect(one.request_uri).not.toBe(other.request_uri);
    expect(one.request_uri.length).toBeGreaterThan(200);
    const bare = await browser.authorize({ request_uri: one.request_uri });
    expect(bare.status).toBe(400);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + (one.expires_in + 1) * 1_000 });
    const late = await browser.authorize({ client_id: client.client_id, request_uri: one.request_uri });
    expect(late.status).toBe(400);
    expect(late.headers.get('location')).toBeNull();
  });

  it('is posted by its client only, as a form of a size', async () => {
    await expectProblem(await issuer.call('GET', '/oauth/par', { headers: basicOf(client) }), 405);
    await expectProblem(await postForm(issuer, '/oauth/par', authorizationOf(client)), 401, 'invalid_client');
    const json = authorizationOf(client);
    await expectProblem(await issuer.call('POST', '/oauth/par', { json, headers: basicOf(client) }), 400);
    const huge = authorizationOf(client, { state: 'x'.repeat(17_000) });
    await expectProblem(await postForm(issuer, '/oauth/par', huge, basicOf(client)), 413);
    const twice: [string, string][] = [...Object.entries(authorizationOf(client)), ['scope', 'openid']];
    await expectProblem(await postForm(issuer, '/oauth/par', twice, basicOf(client)), 400, 'invalid_request');
  });

  it.each([
    [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'admin' }, 'invalid_scope'],
    [{ resource: 'https://evil.example' }, 'invalid_target'],
    [{ request: 'x' }, 'request_not_supported'],
    [{ request_uri: 'urn:x' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
  ])('is held to the rules of the endpoint: %j', async (changes, error) => {
    const pushed = postForm(issuer, '/oauth/par', authorizationOf(client, changes), basicOf(client));
    await expectProblem(await pushed, 400, error);
  });
});
