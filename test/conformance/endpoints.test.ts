import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Tokens } from '../support/client.ts';
import {
  authorizationOf,
  basicOf,
  createOpenIssuer,
  exchange,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';

const issuer = createOpenIssuer();
const CREDENTIALS = { grant_type: 'client_credentials' };
let client: Registered;
let machine: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  await issuer.register('conformer');
  client = await registerClient(issuer);
  machine = await registerClient(issuer, { redirect_uris: [], grant_types: ['client_credentials'] });
  browser = new PageBrowser(issuer);
  await browser.signIn('conformer');
});
afterEach(() => {
  vi.useRealTimers();
});

const tokensFor = async (changes = {}) =>
  (await exchange(issuer, client, await browser.codeFor(authorizationOf(client, changes)))).json<Tokens>();

describe('the token endpoint', () => {
  const ask = (form: Record<string, string> | [string, string][], headers?: Record<string, string>) =>
    postForm(issuer, '/oauth/token', form, headers);

  it('POST only', async () => {
    const response = await issuer.call('GET', '/oauth/token');
    expect(response.headers.get('allow')).toContain('POST');
    await expectProblem(response, 405);
  });

  it('takes form-encoded halves in Basic', async () => {
    const encode = (text: string) => text.replace(/[-_]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
    const pair = `${encode(machine.client_id)}:${encode(machine.client_secret)}`;
    expect((await ask(CREDENTIALS, { Authorization: `Basic ${btoa(pair)}` })).status).toBe(200);
  });

  it('takes a public client by the name that it gives in Basic, with no secret', async () => {
    const metadata = { token_endpoint_auth_method: 'none' };
    const app = await registerClient(issuer, metadata);
    const form = { grant_type: 'refresh_token', refresh_token: 'x' };
    await expectProblem(await ask(form, basicOf({ ...app, client_secret: '' })), 400, 'invalid_grant');
    const secretive = { ...machine, client_secret: '' };
    await expectProblem(await ask(CREDENTIALS, basicOf(secretive)), 401, 'invalid_client');
  });

  it.each(['UTF-8', 'utf8', 'ISO-8859-1'])('minds no charset=%s of the form', async (charset) => {
    const headers = { 'Content-Type': `application/x-www-form-urlencoded; charset=${charset}` };
    expect((await ask(CREDENTIALS, { ...basicOf(machine), ...headers })).status).toBe(200);
  });

  it.each([5, { a: 1 }, ['x'], null])('refuses an assertion about %j', async (sub) => {
    const [header, claims] = [{ alg: 'ES256' }, { sub }].map((part) => btoa(JSON.stringify(part)));
    const client_assertion = `${header}.${claims}.AAAA`.replaceAll('=', '');
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const response = await ask({ ...CREDENTIALS, client_assertion, client_assertion_type });
    await expectProblem(response, 401, 'invalid_client');
  });

  it('refuses a client that authenticates in more than one way', async () => {
    const { client_id, client_secret } = machine;
    const both = ask({ ...CREDENTIALS, client_id, client_secret }, basicOf(machine));
    await expectProblem(await both, 400, 'invalid_request');
    const other = ask({ ...CREDENTIALS, client_id: client.client_id }, basicOf(machine));
    await expectProblem(await other, 400, 'invalid_request');
  });

  it('refuses a wrong client, and challenges it where it tried Basic', async () => {
    const wrong = await ask(CREDENTIALS, basicOf({ ...machine, client_secret: 'x' }));
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
    await expectProblem(wrong, 401, 'invalid_client');
    const { client_id } = machine;
    for (const form of [{ client_id, client_secret: 'x' }, { client_id }, { client_id: 'nobody' }, {}])
      await expectProblem(await ask({ ...CREDENTIALS, ...form }), 401, 'invalid_client');
    const bearer = await ask(CREDENTIALS, { Authorization: 'Bearer x' });
    await expectProblem(bearer, 401, 'invalid_client');
  });

  it('knows its grant types, and each client’s', async () => {
    await expectProblem(
      await ask({ grant_type: 'password' }, basicOf(machine)),
      400,
      'unsupported_grant_type',
    );
    await expectProblem(
      await ask({ grant_type: 'toString' }, basicOf(machine)),
      400,
      'unsupported_grant_type',
    );
    await expectProblem(
      await ask({ grant_type: 'refresh_token' }, basicOf(machine)),
      400,
      'unauthorized_client',
    );
    await expectProblem(await ask({}, basicOf(machine)), 400, 'invalid_request');
  });

  it('refuses a repeated parameter', async () => {
    const twice: [string, string][] = [
      ['grant_type', 'client_credentials'],
      ['grant_type', 'client_credentials'],
    ];
    await expectProblem(await ask(twice, basicOf(machine)), 400, 'invalid_request');
  });

  it('ignores unknown parameters, and takes one without a value for left out', async () => {
    const form: [string, string][] = [
      ['grant_type', 'client_credentials'],
      ['scope', ''],
      ['flavour', 'vanilla'],
      ['flavour', 'lemon'],
      ['__proto__', 'x'],
    ];
    expect((await ask(form, basicOf(machine))).status).toBe(200);
  });

  it('takes forms only', async () => {
    const json = await issuer.call('POST', '/oauth/token', { json: CREDENTIALS, headers: basicOf(machine) });
    expect(json.status).toBe(400);
  });

  it('gives a code that expires after 60 s', async () => {
    const code = await browser.codeFor(authorizationOf(client));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    await expectProblem(await exchange(issuer, client, code), 400, 'invalid_grant');
  });

  it('an assertion is used once, and is no other client’s', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = { keys: [await exportJWK(publicKey)] };
    const keyed = await registerClient(issuer, {
      redirect_uris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
    });
    const assertion = (changes: Record<string, unknown> = {}) =>
      new SignJWT({
        iss: keyed.client_id,
        sub: keyed.client_id,
        aud: issuer.origin,
        jti: crypto.randomUUID(),
        exp: Math.floor(Date.now() / 1_000) + 60,
        ...changes,
      })
        .setProtectedHeader({ alg: 'ES256' })
        .sign(privateKey);
    const present = (client_assertion: string) =>
      ask({
        ...CREDENTIALS,
        client_assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
    const first = await assertion();
    expect((await present(first)).status).toBe(200);
    await expectProblem(await present(first), 401, 'invalid_client');
    const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
    expect((await present(await assertion({ exp: inAnHour }))).status).toBe(200);
    for (const changes of [
      { aud: 'https://other.example' },
      { iss: client.client_id },
      { exp: Math.floor(Date.now() / 1_000) - 60 },
      { exp: Math.floor(Date.now() / 1_000) + 86_400 },
      { exp: undefined },
      { jti: undefined },
    ])
      await expectProblem(await present(await assertion(changes)), 401, 'invalid_client');
    const secretless = ask({ ...CREDENTIALS, client_id: keyed.client_id });
    await expectProblem(await secretless, 401, 'invalid_client');
  });
});

describe('revocation and introspection', () => {
  const revoke = (token: string, by = client) => postForm(issuer, '/oauth/revoke', { token }, basicOf(by));
  const introspect = async (token: string, by = client) =>
    (await postForm(issuer, '/oauth/introspect', { token }, basicOf(by))).json<{ active: boolean }>();

  it('200 for a token that is none', async () => {
    for (const token of ['x', 'x.y.z', 'a.b.c.d.e']) expect((await revoke(token)).status).toBe(200);
  });

  it('refuses another client’s token, and leaves it alone', async () => {
    const tokens = await tokensFor();
    for (const token of [tokens.refresh_token, tokens.access_token])
      await expectProblem(await revoke(token, machine), 400, 'invalid_request');
    expect((await introspect(tokens.access_token)).active).toBe(true);
  });

  it('can not revoke a client’s own token', async () => {
    const response = await postForm(issuer, '/oauth/token', CREDENTIALS, basicOf(machine));
    const { access_token } = await response.json<Tokens>();
    await expectProblem(await revoke(access_token, machine), 400, 'unsupported_token_type');
  });

  it('introspection needs a client with credentials', async () => {
    const pub = await registerClient(issuer, { token_endpoint_auth_method: 'none' });
    const response = await postForm(issuer, '/oauth/introspect', { token: 'x', client_id: pub.client_id });
    await expectProblem(response, 401, 'invalid_client');
    await expectProblem(await postForm(issuer, '/oauth/introspect', { token: 'x' }), 401, 'invalid_client');
  });

  it('says no more than that a token is not active', async () => {
    const tokens = await tokensFor();
    expect(await introspect('x')).toEqual({ active: false });
    expect(await introspect(tokens.refresh_token, machine)).toEqual({ active: false });
    await revoke(tokens.access_token);
    expect(await introspect(tokens.access_token)).toEqual({ active: false });
    expect(await introspect(tokens.refresh_token)).toEqual({ active: false });
  });
});

describe('userinfo', () => {
  it('userinfo by both methods', async () => {
    const { access_token: bearer } = await tokensFor({ scope: 'openid' });
    for (const method of ['GET', 'POST']) {
      const response = await issuer.call(method, '/oauth/userinfo', { bearer });
      expect(await response.json()).toEqual({ sub: 'conformer' });
    }
  });

  it('userinfo takes the token in the header or in a form, not in both and not in the query', async () => {
    const { access_token } = await tokensFor({ scope: 'openid' });
    const query = await issuer.call('GET', `/oauth/userinfo?access_token=${access_token}`);
    await expectProblem(query, 401, 'invalid_request');
    const form = (fields: Record<string, string> | [string, string][], headers = {}) =>
      postForm(issuer, '/oauth/userinfo', fields, headers);
    expect(await (await form({ access_token })).json()).toEqual({ sub: 'conformer' });
    await expectProblem(await form({ access_token: 'x' }), 401, 'invalid_token');
    await expectProblem(await form({ access_token: 'a token' }), 400, 'invalid_request');
    const Authorization = `Bearer ${access_token}`;
    await expectProblem(await form({ access_token }, { Authorization }), 400, 'invalid_request');
    const pair: [string, string] = ['access_token', access_token];
    await expectProblem(await form([pair, pair]), 400, 'invalid_request');
  });

  it('userinfo needs openid', async () => {
    const { access_token: bearer } = await tokensFor({ scope: 'profile' });
    await expectProblem(await issuer.call('GET', '/oauth/userinfo', { bearer }), 403, 'insufficient_scope');
  });
});

describe('discovery', () => {
  it('names only what is there, in both documents', async () => {
    const read = async (name: string) => {
      const response = await issuer.call('GET', `/.well-known/${name}`, { origin: 'https://any.example' });
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(response.headers.get('cache-control')).toBe('public, max-age=300');
      return response.json<Record<string, unknown>>();
    };
    const metadata = await read('openid-configuration');
    expect(await read('oauth-authorization-server')).toEqual(metadata);
    expect(metadata.issuer).toBe(issuer.origin);
    const addresses = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
    expect(addresses.length).toBeGreaterThan(9);
    for (const [name, address] of addresses) {
      const path = new URL(String(address)).pathname;
      const statuses = await Promise.all(
        ['GET', 'POST'].map(async (method) => (await issuer.call(method, path)).status),
      );
      expect(statuses, name).not.toContain(404);
      expect(
        statuses.every((status) => status === 405),
        name,
      ).toBe(false);
    }
    const closed = await createOpenIssuer({ CLIENT_REGISTRATION: 'off' }).call(
      'GET',
      '/.well-known/openid-configuration',
    );
    expect(await closed.json()).not.toHaveProperty('registration_endpoint');
    // Nobody gets RS256 without an RSA_KEY.
    expect(metadata.id_token_signing_alg_values_supported).toEqual(['ES256', 'EdDSA']);
  });
});
