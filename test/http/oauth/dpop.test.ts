import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client, Tokens } from '../../support/client.ts';
import { DpopClient } from '../../support/dpop-client.ts';
import { createDpopDevice } from '../../support/dpop-device.ts';
import {
  authorizationOf,
  basicOf,
  CALLBACK,
  createAdmin,
  createOpenIssuer,
  exchange,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
  VERIFIER,
} from '../../support/oauth.ts';

/** DPoP for OAuth clients: RFC 9449 sections 5, 6, 7 and 10. */
describe('DPoP of an OAuth client', () => {
  let issuer: Client;
  let spa: Registered;
  let browser: PageBrowser;
  let holder: DpopClient;
  beforeAll(async () => {
    issuer = createOpenIssuer();
    await issuer.register('dpop-oauth');
    browser = new PageBrowser(issuer);
    await browser.signIn('dpop-oauth');
    spa = await registerClient(issuer, { token_endpoint_auth_method: 'none' });
    holder = await DpopClient.create(issuer);
  });

  const codeFor = (changes: Record<string, string> = {}, client = spa) =>
    browser.codeFor(authorizationOf(client, changes));
  const redemption = (code: string) => ({
    grant_type: 'authorization_code',
    client_id: spa.client_id,
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
  const renewal = ({ refresh_token }: Tokens) => ({
    grant_type: 'refresh_token',
    client_id: spa.client_id,
    refresh_token,
  });
  const errorOf = async (response: Response) =>
    `${response.status} ${(await response.json<{ error: string }>()).error}`;

  it('binds both tokens of a public client, and asks for the nonce before the code is spent', async () => {
    const form = redemption(await codeFor());
    const first = await holder.proof('POST', '/oauth/token');
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    const asked = await holder.send('POST', '/oauth/token', { body, headers }, first);
    expect(await errorOf(asked)).toBe('400 use_dpop_nonce');
    expect(asked.headers.get('Access-Control-Expose-Headers')).toContain('DPoP-Nonce');

    const tokens = await (await holder.post('/oauth/token', form)).json<Tokens>();
    expect(tokens.token_type).toBe('DPoP');
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: holder.device.thumbprint });

    const thief = await DpopClient.create(issuer);
    expect(await errorOf(await postForm(issuer, '/oauth/token', renewal(tokens)))).toBe('400 invalid_grant');
    expect(await errorOf(await thief.post('/oauth/token', renewal(tokens)))).toBe('400 invalid_grant');
    const renewed = await (await holder.post('/oauth/token', renewal(tokens))).json<Tokens>();
    expect(renewed).toMatchObject({ token_type: 'DPoP', generation: 1 });

    const token = renewed.access_token;
    expect(await (await holder.call('GET', '/oauth/userinfo', { token })).json()).toMatchObject({
      sub: 'dpop-oauth',
    });
    const bearer = await issuer.call('GET', '/oauth/userinfo', { bearer: token });
    expect(bearer.headers.get('WWW-Authenticate')).toMatch(/^DPoP error="invalid_token"/);
    expect((await holder.call('POST', '/oauth/userinfo', { token })).status).toBe(200);
  });

  it('binds only the access token of a client with credentials', async () => {
    const web = await registerClient(issuer);
    const code = await codeFor({}, web);
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
    const tokens = await (await holder.post('/oauth/token', form, basicOf(web))).json<Tokens>();
    expect(tokens.token_type).toBe('DPoP');
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    const plain = await (await postForm(issuer, '/oauth/token', refresh, basicOf(web))).json<Tokens>();
    expect(plain.token_type).toBe('Bearer');

    const { access_token: token } = tokens;
    const introspected = await postForm(issuer, '/oauth/introspect', { token }, basicOf(web));
    expect(await introspected.json()).toMatchObject({
      active: true,
      token_type: 'DPoP',
      cnf: { jkt: holder.device.thumbprint },
    });
  });

  it('binds a code to the key that the authorization request names', async () => {
    const code = await codeFor({ dpop_jkt: holder.device.thumbprint });
    const thief = await DpopClient.create(issuer);
    expect(await errorOf(await exchange(issuer, spa, code))).toMatch(/invalid_client/);
    expect(await errorOf(await postForm(issuer, '/oauth/token', redemption(code)))).toBe('400 invalid_grant');
    expect(await errorOf(await thief.post('/oauth/token', redemption(code)))).toBe('400 invalid_grant');
    // Nothing of that spent the code.
    expect((await holder.post('/oauth/token', redemption(code))).status).toBe(200);
  });

  it.each(['', 'x'.repeat(42), `${'x'.repeat(42)}=`, 'x'.repeat(44)])(
    'refuses a dpop_jkt that is no thumbprint: %j',
    async (jkt) => {
      const response = await postForm(issuer, '/oauth/par', authorizationOf(spa, { dpop_jkt: jkt }));
      expect(response.status).toBe(jkt === '' ? 201 : 400);
    },
  );

  it('binds a code to the key of a pushed request', async () => {
    const pushed = await holder.post('/oauth/par', authorizationOf(spa));
    expect(pushed.status).toBe(201);
    const { request_uri } = await pushed.json<{ request_uri: string }>();
    const code = await browser.codeFor({ client_id: spa.client_id, request_uri });
    expect(await errorOf(await postForm(issuer, '/oauth/token', redemption(code)))).toBe('400 invalid_grant');
    expect((await holder.post('/oauth/token', redemption(code))).status).toBe(200);

    const other = await createDpopDevice();
    const differing = authorizationOf(spa, { dpop_jkt: other.thumbprint });
    expect(await errorOf(await holder.post('/oauth/par', differing))).toBe('400 invalid_request');
    const same = authorizationOf(spa, { dpop_jkt: holder.device.thumbprint });
    expect((await holder.post('/oauth/par', same)).status).toBe(201);
  });

  it('binds the token that a client has for itself', async () => {
    const { issuer: own, admin } = await createAdmin('dpop-admin', { SCOPES: 'orders:read' });
    const json = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'orders:read' };
    const made = await own.call('POST', '/admin/clients', { json, bearer: admin.access_token });
    const service = await made.json<Registered>();
    const machine = await DpopClient.create(own);
    const form = { grant_type: 'client_credentials' };
    const response = await machine.post('/oauth/token', form, basicOf(service));
    expect(response.status).toBe(200);
    const tokens = await response.json<Tokens>();
    expect(tokens.token_type).toBe('DPoP');
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: machine.device.thumbprint });
  });

  it('is a must for a client that says so, whatever the grant', async () => {
    const bound = await registerClient(issuer, {
      dpop_bound_access_tokens: true,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    });
    expect(bound).toMatchObject({ dpop_bound_access_tokens: true });
    const code = await codeFor({}, bound);
    const exchanged = await exchange(issuer, bound, code);
    expect(await errorOf(exchanged)).toBe('400 invalid_dpop_proof');
    const own = { grant_type: 'client_credentials' };
    const refused = await postForm(issuer, '/oauth/token', own, basicOf(bound));
    expect(await errorOf(refused)).toBe('400 invalid_dpop_proof');

    // Nothing of that spent the code.
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
    const tokens = await (await holder.post('/oauth/token', form, basicOf(bound))).json<Tokens>();
    expect(tokens.token_type).toBe('DPoP');
    const { refresh_token } = tokens;
    const again = { grant_type: 'refresh_token', refresh_token };
    const plain = await postForm(issuer, '/oauth/token', again, basicOf(bound));
    expect(await errorOf(plain)).toBe('400 invalid_dpop_proof');
    expect((await holder.post('/oauth/token', again, basicOf(bound))).status).toBe(200);
  });
});
