import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { isSignedIn } from '../../support/client.ts';
import {
  answerOf,
  authorizationOf,
  basicOf,
  CALLBACK,
  type ClientTokens,
  createOpenIssuer,
  exchange,
  hiddenFields,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
  VERIFIER,
} from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

const issuer = createOpenIssuer({ SCOPES: 'orders:read', RESOURCES: 'https://api.example.com' });
let client: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  client = await registerClient(issuer, { client_name: 'Shop' });
  browser = await PageBrowser.ofNewUser(issuer, 'coder');
});

describe('the authorization code flow', () => {
  it('leads through sign-in and consent to tokens', async () => {
    const fresh = new PageBrowser(issuer);
    const parameters = authorizationOf(client, { scope: 'openid profile' });
    const toSignIn = await fresh.authorize(parameters);
    expect(toSignIn.status).toBe(303);
    const path = toSignIn.headers.get('location') ?? '';
    expect(path).toMatch(/^\/signin\?return_to=%2Foauth%2Fauthorize%3F/);
    const back = await fresh.signIn('coder', path);
    const page = await fresh.get(back, { 'Accept-Language': 'ko' });
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('lang="ko"');
    expect(html).toMatch(/<button type="submit" name="decision" value="allow">허용<\/button>/);
    expect(html).toContain('Shop');
    expect(html).toContain('client.example.com');
    const answered = await fresh.submit('/oauth/consent', { ...hiddenFields(html), decision: 'allow' });
    const answer = answerOf(answered);
    expect(answered.headers.get('location')).toMatch(/^https:\/\/client\.example\.com\/callback\?/);
    expect(answer.get('state')).toBe('a state');
    expect(answer.get('iss')).toBe(issuer.origin);
    const response = await exchange(issuer, client, answer.get('code') ?? '');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const tokens = await response.json<ClientTokens>();
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'openid profile', expires_in: 600 });
    const access = decodeJwt(tokens.access_token);
    expect(access).toMatchObject({ sub: 'coder', client_id: client.client_id, aud: issuer.origin });
    const userinfo = await issuer.call('GET', '/oauth/userinfo', { bearer: tokens.access_token });
    expect(await userinfo.json()).toEqual({ sub: 'coder', preferred_username: 'coder' });
    // What the user allowed once is not asked again.
    expect((await fresh.authorize(parameters)).status).toBe(303);
    expect((await fresh.authorize({ ...parameters, prompt: 'consent' })).status).toBe(200);
  });

  it('gives an ID token that its key verifies, bound to the nonce and the access token', async () => {
    const code = await browser.codeFor(authorizationOf(client));
    const tokens = await (await exchange(issuer, client, code)).json<ClientTokens>();
    const jwks = await (await issuer.call('GET', '/.well-known/jwks.json')).json<JSONWebKeySet>();
    const { payload } = await jwtVerify(tokens.id_token, createLocalJWKSet(jwks), {
      issuer: issuer.origin,
      audience: client.client_id,
    });
    expect(payload).toMatchObject({
      sub: 'coder',
      nonce: 'a nonce',
      amr: ['pwd'],
      auth_time: expect.any(Number),
      sid: tokens.session,
    });
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(tokens.access_token));
    const half = btoa(String.fromCharCode(...new Uint8Array(hash).slice(0, 16)));
    expect(payload.at_hash).toBe(half.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
  });

  it('redeems a code raced 50 ways once, and ends that session with the first replay', async () => {
    const code = await browser.codeFor(authorizationOf(client));
    const responses = await Promise.all(Array.from({ length: 50 }, () => exchange(issuer, client, code)));
    const won = responses.filter((response) => response.status === 200);
    expect(won).toHaveLength(1);
    for (const response of responses)
      if (response.status !== 200) await expectProblem(response, 400, 'invalid_grant');
    const tokens = await (won[0] as Response).json<ClientTokens>();
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    await expectProblem(await postForm(issuer, '/oauth/token', form, basicOf(client)), 400, 'invalid_grant');
  });

  it('repeats the grant to the attempt that lost its answer, by its Idempotency-Key', async () => {
    const code = await browser.codeFor(authorizationOf(client));
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
    const ask = (key: string) =>
      postForm(issuer, '/oauth/token', form, { ...basicOf(client), 'Idempotency-Key': key });
    const first = await (await ask('one')).json<ClientTokens>();
    const again = await (await ask('one')).json<ClientTokens>();
    expect(again.session).toBe(first.session);
    expect(await isSignedIn(issuer, again.access_token)).toBe(true);
    await expectProblem(await ask('two'), 400, 'invalid_grant');
    expect(await isSignedIn(issuer, again.access_token)).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ['another redirect URI', { redirect_uri: 'https://client.example.com/other' }],
    ['no verifier', { code_verifier: '' }],
    ['another verifier', { code_verifier: `${VERIFIER.slice(0, -1)}X` }],
    ['the challenge as a verifier', { code_verifier: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }],
    ['a damaged code', { code: 'eyJhbGciOiJkaXIifQ....' }],
  ])('refuses %s, and spends nothing', async (_, changes) => {
    const code = await browser.codeFor(authorizationOf(client));
    await expectProblem(await exchange(issuer, client, code, changes), 400, 'invalid_grant');
    expect((await exchange(issuer, client, code)).status).toBe(200);
  });

  it.each(['x', 'x'.repeat(42), 'x'.repeat(129), `${VERIFIER}+`])(
    'refuses what can be no verifier as malformed, and spends nothing: %s',
    async (code_verifier) => {
      const code = await browser.codeFor(authorizationOf(client));
      const refused = await exchange(issuer, client, code, { code_verifier });
      await expectProblem(refused, 400, 'invalid_request');
      expect((await exchange(issuer, client, code)).status).toBe(200);
    },
  );

  it('refuses a code of another client', async () => {
    const code = await browser.codeFor(authorizationOf(client));
    const other = await registerClient(issuer);
    await expectProblem(await exchange(issuer, other, code), 400, 'invalid_grant');
    expect((await exchange(issuer, client, code)).status).toBe(200);
  });

  it('refuses a code once the sign-in it came from is over', async () => {
    const leaving = new PageBrowser(issuer);
    await leaving.signIn('coder');
    const code = await leaving.codeFor(authorizationOf(client));
    await leaving.submit('/account/signout', {});
    await expectProblem(await exchange(issuer, client, code), 400, 'invalid_grant');
  });

  it('ends sessions with the sign-in they came from, unless they have offline_access', async () => {
    const leaving = new PageBrowser(issuer);
    await leaving.signIn('coder');
    const get = async (scope: string) =>
      (
        await exchange(issuer, client, await leaving.codeFor(authorizationOf(client, { scope })))
      ).json<ClientTokens>();
    const online = await get('openid');
    const offline = await get('openid offline_access');
    await leaving.submit('/account/signout', {});
    expect(await isSignedIn(issuer, online.access_token)).toBe(false);
    expect(await isSignedIn(issuer, offline.access_token)).toBe(true);
  });

  it('survives a new sign-in of the same user in the same browser', async () => {
    const twice = new PageBrowser(issuer);
    await twice.signIn('coder');
    const code = await twice.codeFor(authorizationOf(client, { scope: 'openid' }));
    const tokens = await (await exchange(issuer, client, code)).json<ClientTokens>();
    await twice.signIn('coder', '/signin?return_to=%2Faccount');
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(true);
    await twice.submit('/account/signout', {});
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
  });
});

describe('refresh at /oauth/token', () => {
  const start = async (scope = 'openid profile orders:read') =>
    (
      await exchange(issuer, client, await browser.codeFor(authorizationOf(client, { scope })))
    ).json<ClientTokens>();
  const refresh = (token: string, changes: Record<string, string> = {}, by = client) =>
    postForm(
      issuer,
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: token, ...changes },
      basicOf(by),
    );

  it('rotates, gives an ID token again, and narrows the scope of one access token only', async () => {
    const tokens = await start();
    const response = await refresh(tokens.refresh_token, { scope: 'openid' });
    expect(response.status).toBe(200);
    const narrow = await response.json<ClientTokens>();
    expect(narrow).toMatchObject({ scope: 'openid', generation: 1 });
    expect(decodeJwt(narrow.id_token)).toMatchObject({ sub: 'coder', sid: tokens.session });
    const wide = await (await refresh(narrow.refresh_token)).json<ClientTokens>();
    expect(wide.scope).toBe('openid profile orders:read');
  });

  it('widens nothing, and spends nothing over the attempt', async () => {
    const tokens = await start('openid');
    for (const scope of ['openid profile', 'account', 'admin'])
      await expectProblem(await refresh(tokens.refresh_token, { scope }), 400, 'invalid_scope');
    await expectProblem(
      await refresh(tokens.refresh_token, { resource: 'https://api.example.com' }),
      400,
      'invalid_target',
    );
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('is for the client of the session only, and not at /auth/refresh', async () => {
    const tokens = await start();
    const other = await registerClient(issuer);
    await expectProblem(await refresh(tokens.refresh_token, {}, other), 400, 'invalid_grant');
    await expectProblem(await issuer.refresh(tokens.refresh_token), 400, 'invalid_grant');
    const own = await issuer.login('coder');
    await expectProblem(await refresh(own.refresh_token), 400, 'invalid_grant');
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('finds theft', async () => {
    const tokens = await start();
    const next = await (await refresh(tokens.refresh_token)).json<ClientTokens>();
    const last = await (await refresh(next.refresh_token)).json<ClientTokens>();
    await expectProblem(await refresh(tokens.refresh_token), 400, 'invalid_grant');
    await expectProblem(await refresh(last.refresh_token), 400, 'invalid_grant');
  });

  it('gives no access to the account', async () => {
    const tokens = await start('openid account admin');
    expect(tokens.scope).toBe('openid');
    const sessions = await issuer.call('GET', '/auth/sessions', { bearer: tokens.access_token });
    await expectProblem(sessions, 403, 'insufficient_scope');
  });

  it('keeps the audience that was asked for, and the issuer’s with openid', async () => {
    const parameters = authorizationOf(client, { scope: 'openid', resource: 'https://api.example.com' });
    const code = await browser.codeFor(parameters);
    const tokens = await (await exchange(issuer, client, code)).json<ClientTokens>();
    expect(decodeJwt(tokens.access_token).aud).toEqual(['https://api.example.com', issuer.origin]);
    const pure = await browser.codeFor({ ...parameters, scope: 'orders:read' });
    const only = await (await exchange(issuer, client, pure)).json<ClientTokens>();
    expect(decodeJwt(only.access_token).aud).toBe('https://api.example.com');
    await expectProblem(await issuer.call('GET', '/auth/me', { bearer: only.access_token }), 401);
  });
});
