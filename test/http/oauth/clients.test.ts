import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, local } from '../../support/client.ts';
import {
  basicOf,
  CALLBACK,
  createOpenIssuer,
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
    ['a name that is no text', { client_name: 5 }, 'invalid_client_metadata'],
    ['a name that is a letter to the user', { client_name: 'N'.repeat(81) }, 'invalid_client_metadata'],
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
    [
      'keys twice',
      { jwks_uri: 'https://app.example.com/jwks', jwks: { keys: [{ kty: 'EC' }] } },
      'invalid_client_metadata',
    ],
    [
      'an assertion without keys',
      { token_endpoint_auth_method: 'private_key_jwt' },
      'invalid_client_metadata',
    ],
    ['a subject of its own', { subject_type: 'pairwise' }, 'invalid_client_metadata'],
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

  it('is closed while registration is off', async () => {
    const closed = createIssuer({ CLIENT_REGISTRATION: 'off' });
    const next = { ...json, client_id: client.client_id };
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const options = { bearer: bearer(), ...(method === 'PUT' && { json: next }) };
      await expectProblem(await closed.call(method, path(), options), 403);
    }
  });

  it('removes it', async () => {
    expect((await open.call('DELETE', path(), { bearer: bearer() })).status).toBe(204);
    await expectProblem(await open.call('GET', path(), { bearer: bearer() }), 401);
    const token = postForm(open, '/oauth/token', { grant_type: 'refresh_token' }, basicOf(client));
    await expectProblem(await token, 401, 'invalid_client');
  });
});
