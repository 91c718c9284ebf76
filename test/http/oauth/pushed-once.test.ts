import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  answerOf,
  authorizationOf,
  basicOf,
  createOpenIssuer,
  exchange,
  hiddenFields,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';

const issuer = createOpenIssuer();
let client: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  client = await registerClient(issuer);
  browser = await PageBrowser.ofNewUser(issuer, 'pusher');
  await browser.codeFor(authorizationOf(client));
});
afterEach(() => {
  vi.useRealTimers();
});

/** Pushes a request. @returns the parameters that name it */
async function push(changes: Record<string, string> = {}, by = client): Promise<Record<string, string>> {
  const response = await postForm(issuer, '/oauth/par', authorizationOf(by, changes), basicOf(by));
  const { request_uri } = await response.json<{ request_uri: string }>();
  return { client_id: by.client_id, request_uri };
}

async function expectOver(response: Response): Promise<void> {
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
  expect(await response.text()).toContain('This request is over');
}

/** RFC 9126 section 7.3. */
describe('a pushed request', () => {
  it('gives one code, however many ask at once', async () => {
    const named = await push();
    const responses = await Promise.all(Array.from({ length: 20 }, () => browser.authorize(named)));
    const [won, ...more] = responses.filter((response) => response.status === 303);
    expect(more).toEqual([]);
    const code = answerOf(won as Response).get('code') ?? '';
    expect((await exchange(issuer, client, code)).status).toBe(200);
    await expectOver(await browser.authorize(named));
  });

  it('may be reloaded until it is answered, at the sign-in and at the consent page, and then no more', async () => {
    const named = await push({ prompt: 'consent' });
    const fresh = new PageBrowser(issuer);
    const [first, reloaded] = [await fresh.authorize(named), await fresh.authorize(named)];
    const path = first.headers.get('location') ?? '';
    expect(reloaded.headers.get('location')).toMatch(/^\/signin/);
    const back = await fresh.signIn('pusher', path);
    expect((await fresh.get(back)).status).toBe(200);
    const fields = { ...hiddenFields(await (await fresh.get(back)).text()), decision: 'allow' };
    expect(answerOf(await fresh.submit('/oauth/consent', fields)).get('code')).not.toBeNull();
    await expectOver(await fresh.submit('/oauth/consent', fields));
    await expectOver(await fresh.submit('/oauth/consent', { ...fields, decision: 'deny' }));
  });

  it('is spent by a refusal, too', async () => {
    const silent = await push({ prompt: 'none' });
    expect(answerOf(await new PageBrowser(issuer).authorize(silent)).get('error')).toBe('login_required');
    await expectOver(await browser.authorize(silent));

    const asked = await push({ prompt: 'consent' });
    const fields = hiddenFields(await (await browser.authorize(asked)).text());
    const denied = await browser.submit('/oauth/consent', { ...fields, decision: 'deny' });
    expect(answerOf(denied).get('error')).toBe('access_denied');
    await expectOver(await browser.submit('/oauth/consent', { ...fields, decision: 'allow' }));
  });

  it('that was denied stays so: to allow it afterwards allows its client nothing', async () => {
    const other = await registerClient(issuer);
    const fields = hiddenFields(await (await browser.authorize(await push({}, other))).text());
    const denied = await browser.submit('/oauth/consent', { ...fields, decision: 'deny' });
    expect(answerOf(denied).get('error')).toBe('access_denied');
    await expectOver(await browser.submit('/oauth/consent', { ...fields, decision: 'allow' }));
    const later = await browser.authorize(authorizationOf(other, { prompt: 'none' }));
    expect(answerOf(later).get('error')).toBe('consent_required');
  });

  it('lives two hours, however often it is taken up again', async () => {
    const fresh = new PageBrowser(issuer);
    const began = Date.now();
    let path = (await fresh.authorize(await push())).headers.get('location') ?? '';
    for (const minutes of [55, 110]) {
      vi.useFakeTimers({ toFake: ['Date'], now: began + minutes * 60_000 });
      const returnTo = new URL(path, issuer.origin).searchParams.get('return_to') ?? '';
      path = (await fresh.get(returnTo)).headers.get('location') ?? '';
      expect(path).toMatch(/^\/signin/);
    }
    vi.useFakeTimers({ toFake: ['Date'], now: began + 121 * 60_000 });
    await expectOver(await fresh.get(new URL(path, issuer.origin).searchParams.get('return_to') ?? ''));
  });
});

it('a consent page that is over leads back to where it stood, in either language', async () => {
  const page = `/oauth/authorize?${new URLSearchParams(authorizationOf(client))}`;
  const referer = { Referer: `${issuer.origin}${page}&lang=ko` };
  const html = await (await browser.submit('/oauth/consent', { request: 'x' }, referer)).text();
  expect(html.replaceAll('&amp;', '&')).toContain(`<a href="${page}">`);
  const foreign = { Referer: `${issuer.origin}.evil.example/` };
  const other = await (await browser.submit('/oauth/consent', { request: 'x' }, foreign)).text();
  expect(other).not.toContain('evil');
});

it('a consent page leads to no redirect URI that its client has given up meanwhile', async () => {
  const fickle = await registerClient(issuer);
  const fields = hiddenFields(await (await browser.authorize(authorizationOf(fickle))).text());
  const next = { client_id: fickle.client_id, redirect_uris: ['https://client.example.com/new'] };
  const path = new URL(fickle.registration_client_uri).pathname;
  await issuer.call('PUT', path, { bearer: fickle.registration_access_token, json: next });
  const answered = await browser.submit('/oauth/consent', { ...fields, decision: 'allow' });
  expect(answered.status).toBe(400);
  expect(answered.headers.get('location')).toBeNull();
});
