import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  authorizationOf,
  basicOf,
  CALLBACK,
  type ClientTokens,
  createOpenIssuer,
  exchange,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
  VERIFIER,
} from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';

const issuer = createOpenIssuer();
let client: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  client = await registerClient(issuer);
  browser = await PageBrowser.ofNewUser(issuer, 'grantee');
});
afterEach(() => {
  vi.useRealTimers();
});

const refresh = (refresh_token: string, changes: Record<string, string> = {}, headers = basicOf(client)) =>
  postForm(issuer, '/oauth/token', { grant_type: 'refresh_token', refresh_token, ...changes }, headers);

describe('an ID token', () => {
  it('has what is required, for its client alone, signed', async () => {
    const { id_token } = await browser.tokensFor(client, { max_age: '600' });
    const claims = decodeJwt(id_token);
    expect(claims).toMatchObject({
      iss: issuer.origin,
      sub: expect.stringMatching(/^[\x21-\x7e]{1,255}$/),
      aud: client.client_id,
      exp: expect.any(Number),
      iat: expect.any(Number),
      auth_time: expect.any(Number),
      nonce: 'a nonce',
    });
    expect(claims.azp).toBeUndefined();
    expect(claims.exp).toBeGreaterThan(claims.iat ?? Number.POSITIVE_INFINITY);
    const header = decodeProtectedHeader(id_token);
    expect(header.alg).not.toBe('none');
    expect(header.kid).toEqual(expect.any(String));
    const plain = await browser.tokensFor(client, { nonce: undefined });
    expect(decodeJwt(plain.id_token).nonce).toBeUndefined();
  });

  it('of a refresh is of the same user, client and sign-in, and of its own time', async () => {
    const first = await browser.tokensFor(client);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    const next = await (await refresh(first.refresh_token)).json<ClientTokens>();
    const [before, after] = [decodeJwt(first.id_token), decodeJwt(next.id_token)];
    for (const name of ['iss', 'sub', 'aud', 'auth_time', 'amr', 'azp', 'sid'])
      expect(after[name], name).toEqual(before[name]);
    expect(after.iat).toBeGreaterThan(before.iat ?? Number.POSITIVE_INFINITY);
  });
});

describe('an access token', () => {
  it('is a JWT of the profile, with all that it must say', async () => {
    const tokens = await browser.tokensFor(client);
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      iss: issuer.origin,
      sub: 'grantee',
      aud: issuer.origin,
      exp: expect.any(Number),
      iat: expect.any(Number),
      jti: expect.any(String),
      client_id: client.client_id,
      scope: tokens.scope,
      auth_time: expect.any(Number),
      amr: ['pwd'],
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    const next = await (await refresh(tokens.refresh_token)).json<ClientTokens>();
    const { auth_time, amr, jti } = decodeJwt(next.access_token);
    expect([auth_time, amr]).toEqual([claims.auth_time, claims.amr]);
    expect(jti).not.toBe(claims.jti);
  });
});

describe('a grant', () => {
  it('needs its parameters', async () => {
    const ask = (form: Record<string, string>) => postForm(issuer, '/oauth/token', form, basicOf(client));
    await expectProblem(await ask({}), 400, 'invalid_request');
    for (const grant_type of ['authorization_code', 'refresh_token'])
      await expectProblem(await ask({ grant_type }), 400, 'invalid_request');
  });

  it('of a code needs the redirect URI of its request, and its client’s own name', async () => {
    const [mine, other] = await Promise.all([
      registerClient(issuer, { token_endpoint_auth_method: 'none' }),
      registerClient(issuer, { token_endpoint_auth_method: 'none' }),
    ]);
    const code = await browser.codeFor(authorizationOf(mine));
    const form = { grant_type: 'authorization_code', code, code_verifier: VERIFIER };
    const ask = (more: Record<string, string>) => postForm(issuer, '/oauth/token', { ...form, ...more });
    const redirect_uri = CALLBACK;
    await expectProblem(await ask({ redirect_uri }), 401, 'invalid_client');
    await expectProblem(await ask({ redirect_uri, client_id: other.client_id }), 400, 'invalid_grant');
    expect((await ask({ redirect_uri, client_id: mine.client_id })).status).toBe(200);
    const named = await browser.codeFor(authorizationOf(client));
    await expectProblem(await exchange(issuer, client, named, { redirect_uri: '' }), 400, 'invalid_grant');
  });

  it('of a code that was asked for without a redirect URI needs none', async () => {
    const code = await browser.codeFor(
      authorizationOf(client, { redirect_uri: undefined, scope: 'profile' }),
    );
    expect((await exchange(issuer, client, code, { redirect_uri: '' })).status).toBe(200);
  });

  it('of a refresh is its client’s, who must prove it, and every token it gives keeps the scope', async () => {
    const tokens = await browser.tokensFor(client, { scope: 'openid profile' });
    const { client_id } = client;
    await expectProblem(await refresh(tokens.refresh_token, { client_id }, {}), 401, 'invalid_client');
    const wrong = basicOf({ ...client, client_secret: 'x' });
    await expectProblem(await refresh(tokens.refresh_token, {}, wrong), 401, 'invalid_client');
    const narrow = await (await refresh(tokens.refresh_token, { scope: 'profile' })).json<ClientTokens>();
    expect(narrow.scope).toBe('profile');
    expect(narrow.id_token).toBeUndefined();
    const whole = await (await refresh(narrow.refresh_token)).json<ClientTokens>();
    expect(whole.scope).toBe('openid profile');
    expect(whole.id_token).toEqual(expect.any(String));
  });

  it('gives a refresh token only to who registered for it', async () => {
    const once = await registerClient(issuer, { grant_types: ['authorization_code'] });
    const tokens = await browser.tokensFor(once, { scope: 'openid offline_access' });
    expect(tokens.access_token).toEqual(expect.any(String));
    expect(tokens.refresh_token).toBeUndefined();
  });

  it('that nobody has any more is none: password and implicit', async () => {
    const form = { grant_type: 'password', username: 'grantee', password: 'x' };
    await expectProblem(
      await postForm(issuer, '/oauth/token', form, basicOf(client)),
      400,
      'unsupported_grant_type',
    );
    for (const response_type of ['token', 'id_token', 'code id_token', 'id_token token']) {
      const response = await browser.authorize(authorizationOf(client, { response_type }));
      expect(response.headers.get('location')).toContain('error=unsupported_response_type');
    }
  });
});
