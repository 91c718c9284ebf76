import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createIssuer, local, PASSWORD, type Tokens } from '../../support/client.ts';
import {
  authorizationOf,
  basicOf,
  CALLBACK,
  createAdmin,
  createOpenIssuer,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

const open = createOpenIssuer();
const json = { redirect_uris: [CALLBACK] };

describe('registration (RFC 7591)', () => {
  it('is off unless a setting says otherwise', async () => {
    await expectProblem(await local.call('POST', '/oauth/register', { json }), 403, 'invalid_request');
  });

  it('answers what was registered, with the defaults of the standard', async () => {
    const response = await open.call('POST', '/oauth/register', { json: { ...json, client_name: 'Shop' } });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      client_name: 'Shop',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      client_secret_expires_at: 0,
      registration_client_uri: expect.stringMatching(/^http:\/\/localhost\/oauth\/register\//),
    });
  });

  it('keeps no secret in clear', async () => {
    const { client_secret, registration_access_token } = await registerClient(open);
    const { results } = await env.DIRECTORY.prepare('SELECT * FROM clients').all();
    const stored = JSON.stringify(results);
    expect(stored).not.toContain(client_secret);
    expect(stored).not.toContain(registration_access_token);
  });

  it.each<[string, object, string]>([
    ['no redirect URI', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['a redirect URI that is no list', { redirect_uris: CALLBACK }, 'invalid_redirect_uri'],
    ['a redirect URI that is no text', { redirect_uris: [5] }, 'invalid_redirect_uri'],
    ['a name that is no text', { client_name: null }, 'invalid_client_metadata'],
    ['a private key', { jwks: { keys: [{ kty: 'EC', d: 'x' }] } }, 'invalid_client_metadata'],
    ['http elsewhere', { redirect_uris: ['http://app.example.com/cb'] }, 'invalid_redirect_uri'],
    ['a fragment', { redirect_uris: [`${CALLBACK}#x`] }, 'invalid_redirect_uri'],
    ['userinfo', { redirect_uris: ['https://good.example@evil.example/cb'] }, 'invalid_redirect_uri'],
    ['a wildcard', { redirect_uris: ['https://*.example.com/cb'] }, 'invalid_redirect_uri'],
    ['dot segments', { redirect_uris: ['https://app.example.com/a/../cb'] }, 'invalid_redirect_uri'],
    [
      'encoded dot segments',
      { redirect_uris: ['https://app.example.com/a/%2e%2E/cb'] },
      'invalid_redirect_uri',
    ],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['a scheme without a dot', { redirect_uris: ['app:/cb'] }, 'invalid_redirect_uri'],
    ['a backslash', { redirect_uris: ['https://app.example.com\\@evil.example/'] }, 'invalid_redirect_uri'],
    ['an unknown grant', { grant_types: ['password'] }, 'invalid_client_metadata'],
    ['the implicit response', { response_types: ['token'] }, 'invalid_client_metadata'],
    ['a weak method', { token_endpoint_auth_method: 'client_secret_jwt' }, 'invalid_client_metadata'],
    ['keys by reference', { jwks_uri: 'https://app.example.com/jwks' }, 'invalid_client_metadata'],
    [
      'an assertion without keys',
      { token_endpoint_auth_method: 'private_key_jwt' },
      'invalid_client_metadata',
    ],
    ['the scope account', { scope: 'openid account' }, 'invalid_client_metadata'],
    ['the scope admin', { scope: 'admin' }, 'invalid_client_metadata'],
    ['a scope of an API that is not open', { scope: 'orders:read' }, 'invalid_client_metadata'],
    ['no signature on ID tokens', { id_token_signed_response_alg: 'none' }, 'invalid_client_metadata'],
    [
      'a public client that acts for itself',
      { token_endpoint_auth_method: 'none', grant_types: ['client_credentials'], redirect_uris: [] },
      'invalid_client_metadata',
    ],
  ])('refuses %s', async (_, metadata, error) => {
    await expectProblem(
      await open.call('POST', '/oauth/register', { json: { ...json, ...metadata } }),
      400,
      error,
    );
  });

  it.each([
    'http://127.0.0.1/cb',
    'http://[::1]:9000/cb',
    'http://localhost:3000/',
    'https://app.example.com',
    'https://app.example.com/cb?tenant=1',
  ])('takes %s', async (uri) => {
    expect(await registerClient(open, { redirect_uris: [uri] })).toMatchObject({ redirect_uris: [uri] });
  });
});

describe('its management (RFC 7592)', () => {
  let client: Registered;
  const path = () => new URL(client.registration_client_uri).pathname;
  const bearer = () => client.registration_access_token;

  beforeAll(async () => {
    client = await registerClient(open, { client_name: 'Before' });
  });

  it('reads it without its secret', async () => {
    const response = await open.call('GET', path(), { bearer: bearer() });
    expect(response.status).toBe(200);
    const read = await response.json<Registered>();
    expect(read).toMatchObject({
      client_id: client.client_id,
      client_name: 'Before',
      registration_access_token: bearer(),
      registration_client_uri: client.registration_client_uri,
    });
    expect(read.client_secret).toBeUndefined();
  });

  it('replaces it, and keeps id and secret', async () => {
    const next = { ...json, client_id: client.client_id, client_name: 'After' };
    const response = await open.call('PUT', path(), { bearer: bearer(), json: next });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      client_id: client.client_id,
      client_name: 'After',
      registration_access_token: bearer(),
    });
    const wrong = await open.call('PUT', path(), { bearer: bearer(), json: { ...next, client_id: 'other' } });
    await expectProblem(wrong, 400, 'invalid_request');
    const chosen = { ...next, client_secret: 'chosen by myself' };
    await expectProblem(await open.call('PUT', path(), { bearer: bearer(), json: chosen }), 400);
  });

  it('is only for whom it was registered', async () => {
    const other = await registerClient(open);
    for (const token of [other.registration_access_token, 'x', client.client_secret]) {
      await expectProblem(await open.call('GET', path(), { bearer: token }), 401, 'invalid_token');
    }
    await expectProblem(await open.call('DELETE', path()), 401);
  });

  it('removes it', async () => {
    expect((await open.call('DELETE', path(), { bearer: bearer() })).status).toBe(204);
    await expectProblem(await open.call('GET', path(), { bearer: bearer() }), 401);
    const token = postForm(open, '/oauth/token', { grant_type: 'refresh_token' }, basicOf(client));
    await expectProblem(await token, 401, 'invalid_client');
  });
});

describe('the operator', () => {
  let issuer: Client;
  let admin: Tokens;

  beforeAll(async () => {
    ({ issuer, admin } = await createAdmin('operator', { CLIENT_REGISTRATION: 'token' }));
  });

  const register = (metadata: object) =>
    issuer.call('POST', '/admin/clients', { bearer: admin.access_token, json: metadata });

  it('has the scope admin, and loses its use with the name in ADMINS', async () => {
    expect(admin.scope).toBe('account admin');
    const path = '/admin/clients';
    expect((await issuer.call('GET', path, { bearer: admin.access_token })).status).toBe(200);
    const former = await local.call('GET', path, { bearer: admin.access_token });
    await expectProblem(former, 403, 'insufficient_scope');
    const user = await issuer.register('no-operator');
    expect(user.scope).toBe('account');
    await expectProblem(await issuer.call('GET', path, { bearer: user.access_token }), 403);
    await expectProblem(await issuer.call('GET', path), 401);
  });

  it('can not be whoever takes the name next', async () => {
    const later = createIssuer({ ADMINS: 'not-yet-there' });
    const body = { username: 'not-yet-there', password: PASSWORD };
    await expectProblem(await later.call('POST', '/auth/register', { json: body }), 409);
  });

  it('registers a client with an id and scopes of their choice, which then acts for itself', async () => {
    const response = await register({
      client_id: 'nightly-report',
      grant_types: ['client_credentials'],
      scope: 'reports:write reports:read',
    });
    expect(response.status).toBe(201);
    const client = await response.json<Registered>();
    await expectProblem(await register({ ...json, client_id: 'nightly-report' }), 409);
    const granted = await postForm(
      issuer,
      '/oauth/token',
      { grant_type: 'client_credentials' },
      basicOf(client),
    );
    expect(granted.status).toBe(200);
    const tokens = await granted.json<Tokens>();
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'reports:write reports:read' });
    expect(tokens.refresh_token).toBeUndefined();
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub: 'client:nightly-report',
      client_id: 'nightly-report',
      aud: 'http://localhost',
    });
    // A client never becomes a user.
    for (const path of ['/auth/me', '/auth/sessions', '/oauth/userinfo', '/admin/clients'])
      await expectProblem(
        await issuer.call('GET', path, { bearer: tokens.access_token }),
        401,
        'invalid_token',
      );
  });

  it('registers clients of their own, whose users are not asked for consent', async () => {
    const own = await (await register({ ...json, first_party: true })).json<Registered>();
    const other = await (await register(json)).json<Registered>();
    const browser = new PageBrowser(issuer);
    await browser.signIn('operator');
    expect((await browser.authorize(authorizationOf(own))).status).toBe(303);
    expect((await browser.authorize(authorizationOf(other))).status).toBe(200);
  });

  it.each(['edgemint', 'edgemint-pages', 'a b', 'x:y'])('gives nobody the id %s', async (client_id) => {
    const response = await register({ ...json, client_id });
    expect([400, 409]).toContain(response.status);
  });

  it('replaces a secret; the old one is good for nothing', async () => {
    const metadata = { client_id: 'rotated', grant_types: ['client_credentials'] };
    const before = await (await register(metadata)).json<Registered>();
    const path = '/admin/clients/rotated/secret';
    const after = await (await issuer.call('POST', path, { bearer: admin.access_token })).json<Registered>();
    const ask = (client: Registered) =>
      postForm(issuer, '/oauth/token', { grant_type: 'client_credentials' }, basicOf(client));
    expect((await ask(after)).status).toBe(200);
    await expectProblem(await ask(before), 401, 'invalid_client');
  });

  it('hands out initial access tokens, without which nobody registers', async () => {
    await expectProblem(await issuer.call('POST', '/oauth/register', { json }), 401);
    await expectProblem(
      await issuer.call('POST', '/oauth/register', { json, bearer: 'x.y' }),
      401,
      'invalid_token',
    );
    const made = await issuer.call('POST', '/admin/registration-tokens', {
      bearer: admin.access_token,
      json: {},
    });
    const { initial_access_token: bearer } = await made.json<{ initial_access_token: string }>();
    const registered = await issuer.call('POST', '/oauth/register', { json, bearer });
    expect(registered.status).toBe(201);
  });

  it('removes a client, whose own tokens are then no longer active', async () => {
    const metadata = { grant_types: ['client_credentials'] };
    const [watcher, doomed] = await Promise.all([
      register(metadata).then((response) => response.json<Registered>()),
      register(metadata).then((response) => response.json<Registered>()),
    ]);
    const form = { grant_type: 'client_credentials' };
    const { access_token: token } = await (
      await postForm(issuer, '/oauth/token', form, basicOf(doomed))
    ).json<Tokens>();
    const active = async () =>
      (await postForm(issuer, '/oauth/introspect', { token }, basicOf(watcher))).json<{ active: boolean }>();
    expect(await active()).toMatchObject({ active: true, sub: `client:${doomed.client_id}` });
    const path = `/admin/clients/${doomed.client_id}`;
    expect((await issuer.call('DELETE', path, { bearer: admin.access_token })).status).toBe(204);
    expect(await active()).toEqual({ active: false });
    await expectProblem(await issuer.call('DELETE', path, { bearer: admin.access_token }), 404);
  });
});
