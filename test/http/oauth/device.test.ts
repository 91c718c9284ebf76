import { decodeJwt } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isSignedIn, type Tokens } from '../../support/client.ts';
import { DpopClient } from '../../support/dpop-client.ts';
import {
  basicOf,
  createOpenIssuer,
  hiddenFields,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const issuer = createOpenIssuer();
let client: Registered;
let browser: PageBrowser;

type Begun = { device_code: string; user_code: string; verification_uri_complete: string; interval: number };

const begin = async () =>
  (await postForm(issuer, '/oauth/device_authorization', { scope: 'openid' }, basicOf(client))).json<Begun>();
const poll = ({ device_code }: Begun, by = client) =>
  postForm(issuer, '/oauth/token', { grant_type: DEVICE_GRANT, device_code }, basicOf(by));

async function answer({ user_code }: Begun, decision: 'allow' | 'deny'): Promise<Response> {
  const page = await browser.submit('/oauth/device', { user_code: user_code.toLowerCase() });
  return browser.submit('/oauth/device', { ...hiddenFields(await page.text()), decision });
}

beforeAll(async () => {
  client = await registerClient(issuer, {
    redirect_uris: [],
    grant_types: [DEVICE_GRANT, 'refresh_token'],
    client_name: 'Television',
  });
  browser = await PageBrowser.ofNewUser(issuer, 'device-user');
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the device grant (RFC 8628)', () => {
  it('waits for the user, who sees what it is, and then gives tokens once', async () => {
    const begun = await begin();
    expect(begun.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    await expectProblem(await poll(begun), 400, 'authorization_pending');
    await expectProblem(await poll(begun), 400, 'slow_down');
    const page = await browser.submit('/oauth/device', { user_code: begun.user_code });
    const html = await page.text();
    expect(html).toContain(
      '<strong><bdi>Television</bdi></strong> asks for access to your account, device-user.',
    );
    expect(html).toContain(`shows the code <strong class="mono">${begun.user_code}</strong>.`);
    expect(html).not.toContain('you came from there');
    const done = await browser.submit('/oauth/device', { ...hiddenFields(html), decision: 'allow' });
    expect(done.status).toBe(200);
    const response = await poll(begun);
    expect(response.status).toBe(200);
    const tokens = await response.json<Tokens & { id_token: string }>();
    expect(tokens).toMatchObject({ scope: 'openid', id_token: expect.any(String) });
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(true);
    await expectProblem(await poll(begun), 400, 'invalid_grant');
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
  });

  it('says at the sign-in what it leads on to, and names nobody by a code that its user has yet to confirm', async () => {
    const { verification_uri_complete } = await begin();
    const { pathname, search } = new URL(verification_uri_complete);
    const stranger = new PageBrowser(issuer);
    const path = (await stranger.get(pathname + search)).headers.get('location') ?? '';
    expect(path).toMatch(/^\/signin\?return_to=/);
    for (const each of [path, path.replace('?', '?new=&')]) {
      const html = await (await stranger.get(each)).text();
      expect(html).toContain('<p class="lead">To connect a device to your account.');
      expect(html).not.toContain('Television');
    }
  });

  it('can be taken back, as what a page allowed', async () => {
    const begun = await begin();
    await answer(begun, 'allow');
    const tokens = await (await poll(begun)).json<Tokens>();
    const { access_token: bearer } = await issuer.login('device-user');
    const path = `/auth/consents/${client.client_id}`;
    expect((await issuer.call('DELETE', path, { bearer })).status).toBe(204);
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    await expectProblem(await issuer.call('DELETE', path, { bearer }), 404);
  });

  it('tells a denial', async () => {
    const begun = await begin();
    await answer(begun, 'deny');
    await expectProblem(await poll(begun), 400, 'access_denied');
    // What was answered stays.
    expect((await answer(begun, 'allow')).status).toBe(400);
  });

  it('says that it is done to whoever answers alike twice, and to nobody else', async () => {
    const page = async () => {
      const begun = await begin();
      const asked = await browser.submit('/oauth/device', { user_code: begun.user_code });
      return hiddenFields(await asked.text());
    };
    for (const [decision, other, said] of [
      ['allow', 'deny', 'Connected'],
      ['deny', 'allow', 'Not connected'],
    ] as const) {
      const fields = await page();
      for (const each of [decision, decision]) {
        const done = await browser.submit('/oauth/device', { ...fields, decision: each });
        expect(done.status).toBe(200);
        expect(await done.text()).toContain(`<h1 id="title">${said}</h1>`);
      }
      const changed = { ...fields, decision: other };
      expect((await browser.submit('/oauth/device', changed)).status).toBe(400);
      const forged = { ...fields, signin: 'x', decision };
      expect((await browser.submit('/oauth/device', forged)).status).toBe(400);
    }
    const raced = { ...(await page()), decision: 'allow' };
    const answers = await Promise.all([1, 2, 3].map(() => browser.submit('/oauth/device', raced)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('tells that its code expired', async () => {
    const begun = await begin();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    await expectProblem(await poll(begun), 400, 'expired_token');
    expect((await browser.submit('/oauth/device', { user_code: begun.user_code })).status).toBe(400);
  });

  it('is for the client that began it, and for clients that are registered for it', async () => {
    const begun = await begin();
    const other = await registerClient(issuer, { redirect_uris: [], grant_types: [DEVICE_GRANT] });
    await expectProblem(await poll(begun, other), 400, 'invalid_grant');
    const plain = await registerClient(issuer);
    await expectProblem(await poll(begun, plain), 400, 'unauthorized_client');
    const refused = await postForm(issuer, '/oauth/device_authorization', {}, basicOf(plain));
    await expectProblem(refused, 400, 'unauthorized_client');
  });

  it('binds its tokens to the key of the device’s proof', async () => {
    const metadata = { redirect_uris: [], grant_types: [DEVICE_GRANT, 'refresh_token'] };
    const { client_id } = await registerClient(issuer, { ...metadata, token_endpoint_auth_method: 'none' });
    const form = { scope: 'openid', client_id };
    const begun = await (await postForm(issuer, '/oauth/device_authorization', form)).json<Begun>();
    const [device, thief] = [await DpopClient.create(issuer), await DpopClient.create(issuer)];
    const { device_code } = begun;
    const asked = { grant_type: DEVICE_GRANT, device_code, client_id };
    await expectProblem(await device.post('/oauth/token', asked), 400, 'authorization_pending');
    await answer(begun, 'allow');
    // A proof without the issuer's nonce spends nothing.
    device.nonce = 'old';
    await expectProblem(await device.post('/oauth/token', asked), 400, 'use_dpop_nonce');
    device.nonce = undefined;
    const tokens = await (await device.post('/oauth/token', asked)).json<Tokens>();
    expect(tokens.token_type).toBe('DPoP');
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: device.device.thumbprint });
    const { refresh_token } = tokens;
    const renewal = { grant_type: 'refresh_token', refresh_token, client_id };
    await expectProblem(await postForm(issuer, '/oauth/token', renewal), 400, 'invalid_grant');
    await expectProblem(await thief.post('/oauth/token', renewal), 400, 'invalid_grant');
    const renewed = await (await device.post('/oauth/token', renewal)).json<Tokens>();
    expect(renewed).toMatchObject({ token_type: 'DPoP', generation: 1 });
  });

  it('is not answered by another site, by an address alone, or by nobody', async () => {
    const begun = await begin();
    const shown = await browser.get(
      new URL(begun.verification_uri_complete).pathname + new URL(begun.verification_uri_complete).search,
    );
    expect(await shown.text()).toContain(`value="${begun.user_code}"`);
    const forged = { user_code: begun.user_code, decision: 'allow' };
    const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    expect((await browser.submit('/oauth/device', forged, foreign)).status).toBe(403);
    await browser.submit('/oauth/device', forged);
    expect((await new PageBrowser(issuer).submit('/oauth/device', forged)).status).toBe(303);
    await expectProblem(await poll(begun), 400, 'authorization_pending');
  });
});
