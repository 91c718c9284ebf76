import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createIssuer, local, PASSWORD, type Tokens } from '../../support/client.ts';
import {
  authorizationOf,
  basicOf,
  CALLBACK,
  createAdmin,
  PageBrowser,
  postForm,
  type Registered,
} from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

const json = { redirect_uris: [CALLBACK] };

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

  it('gives a client no registration access token: it can not widen what it was given', async () => {
    const client = await (await register({ ...json, scope: 'openid billing' })).json<Registered>();
    expect(client.registration_access_token).toBeUndefined();
    expect(client.registration_client_uri).toBeUndefined();
    const path = `/oauth/register/${client.client_id}`;
    const open = createIssuer({ CLIENT_REGISTRATION: 'open' });
    for (const bearer of ['', client.client_secret, 'undefined'])
      await expectProblem(await open.call('GET', path, { bearer }), 401);
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
