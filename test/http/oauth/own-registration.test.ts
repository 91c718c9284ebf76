import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client, Tokens } from '../../support/client.ts';
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

const ISSUED = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

const open = createOpenIssuer({ SCOPES: 'read write' });
let held: Client;
let admin: Tokens;

beforeAll(async () => {
  ({ issuer: held, admin } = await createAdmin('registrar', {
    CLIENT_REGISTRATION: 'token',
    SCOPES: 'read write',
  }));
});

/** What a client reads of itself, without what it must not send back. */
function writeBack(client: Registered): Record<string, unknown> {
  return Object.fromEntries(Object.entries(client).filter(([name]) => !ISSUED.includes(name)));
}

function replace(issuer: Client, client: Registered, changes: object): Promise<Response> {
  return issuer.call('PUT', `/oauth/register/${client.client_id}`, {
    bearer: client.registration_access_token,
    json: { ...writeBack(client), ...changes },
  });
}

async function registerWithToken(metadata: object): Promise<Registered> {
  const path = '/admin/registration-tokens';
  const made = await held.call('POST', path, { bearer: admin.access_token, json: {} });
  const { initial_access_token: bearer } = await made.json<{ initial_access_token: string }>();
  const json = { redirect_uris: [CALLBACK], ...metadata };
  const response = await held.call('POST', '/oauth/register', { bearer, json });
  expect(response.status).toBe(201);
  return response.json<Registered>();
}

describe('a client that somebody had to allow', () => {
  it.each([
    ['a scope', { scope: 'openid read write' }],
    ['a grant', { grant_types: ['authorization_code', 'client_credentials'] }],
  ])('does not give itself %s that it was not registered with', async (_, changes) => {
    const client = await registerWithToken({ scope: 'openid read' });
    for (const issuer of [held, open])
      await expectProblem(await replace(issuer, client, changes), 400, 'invalid_client_metadata');
    const own = postForm(held, '/oauth/token', { grant_type: 'client_credentials' }, basicOf(client));
    await expectProblem(await own, 400, 'unauthorized_client');
  });

  it.each([undefined, null])('keeps its scope if it sends %s, which would stand for all', async (scope) => {
    const client = await registerWithToken({ scope: 'openid read' });
    const response = await replace(held, client, { scope });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ scope: 'openid read' });
  });

  it('gives up scopes and grants, and what it gave up is gone', async () => {
    const grants = ['authorization_code', 'refresh_token'];
    const client = await registerWithToken({ scope: 'openid read', grant_types: grants });
    const less = { scope: 'openid', grant_types: ['authorization_code'] };
    const response = await replace(held, client, less);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject(less);
    await expectProblem(await replace(held, client, {}), 400, 'invalid_client_metadata');
  });

  it('stays as it was registered when anybody could, once that is over', async () => {
    const client = await registerClient(open, { scope: 'openid' });
    const more = { scope: 'openid read' };
    await expectProblem(await replace(held, client, more), 400, 'invalid_client_metadata');
    expect((await replace(open, client, more)).status).toBe(200);
  });

  it('has no means to lead the codes of the operator’s own client elsewhere', async () => {
    const client = await registerWithToken({});
    await env.DIRECTORY.prepare('UPDATE clients SET is_first_party = 1 WHERE client_id = ?')
      .bind(client.client_id)
      .run();
    const elsewhere = { redirect_uris: ['https://evil.example/cb'] };
    await expectProblem(await replace(held, client, elsewhere), 401, 'invalid_token');
  });
});

describe('a replacement (RFC 7592 section 2.2)', () => {
  it('may be what the client read', async () => {
    const client = await registerClient(open, { scope: 'openid read', default_max_age: 60 });
    // Its scope is offered no more: it still may say what it has.
    for (const issuer of [open, createOpenIssuer({ SCOPES: 'other' })]) {
      const response = await replace(issuer, client, {});
      expect(response.status).toBe(200);
      expect(writeBack(await response.json<Registered>())).toEqual({
        ...writeBack(client),
        client_secret: undefined,
      });
    }
  });

  it.each(ISSUED)('never says %s', async (name) => {
    const client = await registerClient(open);
    await expectProblem(await replace(open, client, { [name]: client[name] }), 400, 'invalid_request');
    expect((await replace(open, client, { [name]: null })).status).toBe(200);
  });

  it('takes null for what is left out', async () => {
    const client = await registerClient(open, { client_name: 'Shop', default_max_age: 60 });
    const response = await replace(open, client, { client_name: null, default_max_age: null, jwks: null });
    expect(response.status).toBe(200);
    const next = await response.json<Registered>();
    for (const name of ['client_name', 'default_max_age', 'jwks']) expect(next).not.toHaveProperty(name);
  });
});

describe('a registration', () => {
  it('takes null for what is left out', async () => {
    const client = await registerClient(open, { client_name: null, token_endpoint_auth_method: null });
    expect(client).not.toHaveProperty('client_name');
    expect(client).toMatchObject({ token_endpoint_auth_method: 'client_secret_basic' });
  });

  it('says which algorithm its ID tokens have, also where it did not', async () => {
    expect(await registerClient(open)).toMatchObject({
      id_token_signed_response_alg: env.RSA_KEY ? 'RS256' : 'ES256',
    });
  });

  it.each([10 ** 15, Number.MAX_SAFE_INTEGER, 10 ** 30])(
    'with a default_max_age of %d asks nobody again',
    async (age) => {
      const client = await registerClient(open, { default_max_age: age });
      expect(client.default_max_age).toBe(Math.min(age, Number.MAX_SAFE_INTEGER));
      for (const changes of [{}, { max_age: '9'.repeat(400) }]) {
        const asked = authorizationOf(client, { prompt: 'none', ...changes });
        const response = await new PageBrowser(open).authorize(asked);
        expect(response.headers.get('location')).toContain('error=login_required');
      }
    },
  );
});
