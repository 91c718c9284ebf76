import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
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
  client = await registerClient(issuer);
  machine = await registerClient(issuer, { redirect_uris: [], grant_types: ['client_credentials'] });
  browser = await PageBrowser.ofNewUser(issuer, 'conformer');
});
afterEach(() => {
  vi.useRealTimers();
});

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

  it('reads nothing from the query', async () => {
    const { client_id, client_secret } = machine;
    const query = new URLSearchParams({ client_id, client_secret });
    await expectProblem(await postForm(issuer, `/oauth/token?${query}`, CREDENTIALS), 401, 'invalid_client');
    const granted = await postForm(
      issuer,
      `/oauth/token?${new URLSearchParams(CREDENTIALS)}`,
      {},
      basicOf(machine),
    );
    await expectProblem(granted, 400, 'invalid_request');
  });

  it('says that nothing of its answers may be stored', async () => {
    for (const form of [CREDENTIALS, { grant_type: 'password' }]) {
      const { headers } = await ask(form, basicOf(machine));
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('content-type')).toMatch(/^application\/json/);
    }
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
});

describe('private_key_jwt', () => {
  let keyed: Registered;
  let privateKey: CryptoKey;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    privateKey = pair.privateKey;
    keyed = await registerClient(issuer, {
      grant_types: ['authorization_code', 'client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [await exportJWK(pair.publicKey)] },
    });
  });

  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
  const assertion = (changes: Record<string, unknown> = {}) =>
    new SignJWT({
      iss: keyed.client_id,
      sub: keyed.client_id,
      aud: issuer.origin,
      jti: crypto.randomUUID(),
      exp: inSeconds(60),
      ...changes,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
  const present = (
    client_assertion: string,
    path = '/oauth/token',
    form: Record<string, string> = CREDENTIALS,
  ) =>
    postForm(issuer, path, {
      ...form,
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });

  it('an assertion is used once, and is no other client’s', async () => {
    const first = await assertion();
    expect((await present(first)).status).toBe(200);
    await expectProblem(await present(first), 401, 'invalid_client');
    expect((await present(await assertion({ exp: inSeconds(3_600) }))).status).toBe(200);
    for (const changes of [
      { aud: 'https://other.example' },
      { aud: undefined },
      { iss: client.client_id },
      { exp: inSeconds(-60) },
      { exp: inSeconds(86_400) },
      { exp: undefined },
      { jti: undefined },
      { nbf: inSeconds(600) },
    ])
      await expectProblem(await present(await assertion(changes)), 401, 'invalid_client');
    const secretless = postForm(issuer, '/oauth/token', { ...CREDENTIALS, client_id: keyed.client_id });
    await expectProblem(await secretless, 401, 'invalid_client');
    const otherType = { client_assertion: await assertion(), client_assertion_type: 'urn:example:other' };
    const wrong = postForm(issuer, '/oauth/token', { ...CREDENTIALS, ...otherType });
    await expectProblem(await wrong, 401, 'invalid_client');
  });

  it('is for the issuer alone, wherever it is presented: not for an address that another issuer can name', async () => {
    const { origin } = issuer;
    const endpoints = ['/oauth/token', '/oauth/par'].map((path) => origin + path);
    for (const path of ['/oauth/token', '/oauth/par']) {
      const form = path === '/oauth/par' ? authorizationOf(keyed) : CREDENTIALS;
      for (const aud of [origin, [origin]])
        expect((await present(await assertion({ aud }), path, form)).ok, `${aud} at ${path}`).toBe(true);
      const others = [...endpoints, [origin, ...endpoints], [origin, 'https://other.example'], [], null];
      for (const aud of others)
        await expectProblem(await present(await assertion({ aud }), path, form), 401, 'invalid_client');
    }
  });
});
