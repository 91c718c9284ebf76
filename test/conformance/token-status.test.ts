import { SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isSignedIn, type Tokens } from '../support/client.ts';
import {
  basicOf,
  createOpenIssuer,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';

const issuer = createOpenIssuer();
let client: Registered;
let machine: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  client = await registerClient(issuer);
  machine = await registerClient(issuer, { redirect_uris: [], grant_types: ['client_credentials'] });
  browser = await PageBrowser.ofNewUser(issuer, 'revoker');
});
afterEach(() => {
  vi.useRealTimers();
});

const revoke = (token: string, by = client, more: Record<string, string> = {}) =>
  postForm(issuer, '/oauth/revoke', { token, ...more }, basicOf(by));
const introspect = async (token: string, by = client, more: Record<string, string> = {}) =>
  (await postForm(issuer, '/oauth/introspect', { token, ...more }, basicOf(by))).json<{ active: boolean }>();
const HINTS = ['access_token', 'refresh_token', 'pat', 'toString'];

describe('revocation', () => {
  it('200 for a token that is none', async () => {
    for (const token of ['x', 'x.y.z', 'a.b.c.d.e']) expect((await revoke(token)).status).toBe(200);
  });

  it('needs a token, and the client that it is', async () => {
    await expectProblem(await postForm(issuer, '/oauth/revoke', {}, basicOf(client)), 400, 'invalid_request');
    await expectProblem(await postForm(issuer, '/oauth/revoke', { token: 'x' }), 401, 'invalid_client');
    await expectProblem(await revoke('x', { ...client, client_secret: 'x' }), 401, 'invalid_client');
  });

  it.each(HINTS)('finds each kind of token, whatever a hint of %s says', async (token_type_hint) => {
    for (const kind of ['refresh_token', 'access_token'] as const) {
      const tokens = await browser.tokensFor(client);
      expect((await revoke(tokens[kind], client, { token_type_hint })).status).toBe(200);
      expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    }
  });

  it('ends the refresh token with the access token, and both at once', async () => {
    const tokens = await browser.tokensFor(client);
    await revoke(tokens.access_token);
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    await expectProblem(await postForm(issuer, '/oauth/token', form, basicOf(client)), 400, 'invalid_grant');
    expect((await revoke(tokens.refresh_token)).status).toBe(200);
  });

  it('refuses another client’s token, and leaves it alone', async () => {
    const tokens = await browser.tokensFor(client);
    for (const token of [tokens.refresh_token, tokens.access_token])
      await expectProblem(await revoke(token, machine), 400, 'invalid_request');
    expect((await introspect(tokens.access_token)).active).toBe(true);
  });

  it('can not revoke a client’s own token', async () => {
    const response = await postForm(
      issuer,
      '/oauth/token',
      { grant_type: 'client_credentials' },
      basicOf(machine),
    );
    const { access_token } = await response.json<Tokens>();
    await expectProblem(await revoke(access_token, machine), 400, 'unsupported_token_type');
  });
});

describe('introspection', () => {
  it('introspection needs a client with credentials', async () => {
    const pub = await registerClient(issuer, { token_endpoint_auth_method: 'none' });
    const token = { token: 'x' };
    const asked = [
      postForm(issuer, '/oauth/introspect', { ...token, client_id: pub.client_id }),
      postForm(issuer, '/oauth/introspect', token),
      postForm(issuer, '/oauth/introspect', token, basicOf({ ...client, client_secret: 'x' })),
      postForm(issuer, '/oauth/introspect', token, { Authorization: 'Bearer x' }),
    ];
    for (const response of asked) await expectProblem(await response, 401, 'invalid_client');
    await expectProblem(
      await postForm(issuer, '/oauth/introspect', {}, basicOf(client)),
      400,
      'invalid_request',
    );
    await expectProblem(
      await issuer.call('GET', '/oauth/introspect?token=x', { headers: basicOf(client) }),
      405,
    );
  });

  it.each(HINTS)('finds each kind of token, whatever a hint of %s says', async (token_type_hint) => {
    const tokens = await browser.tokensFor(client);
    for (const kind of ['refresh_token', 'access_token'] as const)
      expect((await introspect(tokens[kind], client, { token_type_hint })).active).toBe(true);
  });

  it('says no more than that a token is not active', async () => {
    const tokens = await browser.tokensFor(client);
    expect(await introspect('x')).toEqual({ active: false });
    expect(await introspect(tokens.id_token)).toEqual({ active: false });
    expect(await introspect(tokens.refresh_token, machine)).toEqual({ active: false });
    await revoke(tokens.access_token);
    expect(await introspect(tokens.access_token)).toEqual({ active: false });
    expect(await introspect(tokens.refresh_token)).toEqual({ active: false });
  });

  it('checks the signature and the time of a token, and whether it was spent', async () => {
    const tokens = await browser.tokensFor(client);
    const [header, payload] = tokens.access_token.split('.');
    const secret = new TextEncoder().encode('x'.repeat(32));
    const [, , signature] = (await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(secret)).split(
      '.',
    );
    expect(await introspect(`${header}.${payload}.${signature}`)).toEqual({ active: false });
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    const renewed = await (await postForm(issuer, '/oauth/token', form, basicOf(client))).json<Tokens>();
    expect(await introspect(tokens.refresh_token)).toEqual({ active: false });
    expect(await introspect(renewed.refresh_token)).toMatchObject({ active: true, sub: 'revoker' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    expect(await introspect(renewed.access_token)).toEqual({ active: false });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    expect(await introspect(renewed.access_token)).toEqual({ active: false });
  });
});
