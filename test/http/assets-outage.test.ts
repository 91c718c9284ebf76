import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, createIssuer, local, PASSWORD, testEnv } from '../support/client.ts';
import { authorizationOf, PageBrowser, registerClient } from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';

const FAILURES: [string, () => Promise<Response>][] = [
  ['does not answer', () => Promise.reject(new Error('Network connection lost'))],
  ['answers 404', async () => new Response('no such file', { status: 404 })],
  ['answers 500', async () => new Response('', { status: 500 })],
  ['answers something else', async () => new Response('<!doctype html>')],
];

/** An issuer whose assets fail as long as `failure` is there. */
function createFailingIssuer(failure: () => Promise<Response>): { issuer: Client; mend(): void } {
  let isBroken = true;
  const fetch = (input: string) => (isBroken ? failure() : testEnv.ASSETS.fetch(input));
  return {
    issuer: createIssuer({ ASSETS: { fetch } as unknown as Fetcher }),
    mend() {
      isBroken = false;
    },
  };
}

let lines: string[];

beforeAll(async () => {
  await local.register('reader');
});
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
});
afterEach(() => void vi.restoreAllMocks());

async function expectUnavailable(response: Response, asset: string): Promise<void> {
  await expectProblem(response, 503, 'temporarily_unavailable');
  expect(response.headers.get('retry-after')).toBe('5');
  expect(response.headers.get('location')).toBeNull();
  const events = lines.map((line) => JSON.parse(line) as { event: string });
  const what = `The asset ${asset} is unavailable`;
  expect(events).toContainEqual({ event: 'unavailable', what, cause: expect.stringMatching(/\w/) });
  expect(events.some(({ event }) => event === 'fault')).toBe(false);
}

describe.each(FAILURES)('an issuer whose assets binding %s', (_, failure) => {
  it('says of each page that it is unavailable, and shows it once the texts are there', async () => {
    const { issuer, mend } = createFailingIssuer(failure);
    const headers = { 'Accept-Language': 'en' };
    for (const path of ['/', '/signin', '/account', '/oauth/authorize?client_id=x'])
      await expectUnavailable(await issuer.call('GET', path, { headers }), '/texts/en.json');
    mend();
    const page = await issuer.call('GET', '/signin', { headers });
    expect([page.status, page.headers.get('retry-after')]).toEqual([200, null]);
    expect(await page.text()).toContain('<h1 id="title">Sign in</h1>');
  });

  it('takes no form: nobody is signed in', async () => {
    const { issuer } = createFailingIssuer(failure);
    const browser = new PageBrowser(issuer);
    const fields = { username: 'reader', password: PASSWORD };
    const response = await browser.submit('/signin', fields, { 'Accept-Language': 'ko' });
    await expectUnavailable(response, '/texts/ko.json');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(lines.join()).not.toContain('signed_in');
  });

  it('answers no client', async () => {
    const { issuer } = createFailingIssuer(failure);
    const client = await registerClient(createIssuer({ CLIENT_REGISTRATION: 'open' }));
    const browser = new PageBrowser(local);
    await browser.signIn('reader');
    const path = `/oauth/authorize?${new URLSearchParams(authorizationOf(client, { prompt: 'none' }))}`;
    const response = await issuer.call('GET', path, { jar: browser.jar });
    await expectUnavailable(response, '/texts/en.json');
  });

  it('registers nobody with a password that it can not judge, and does not take the name', async () => {
    const { issuer, mend } = createFailingIssuer(failure);
    const json = {
      username: `early-${FAILURES.findIndex(([, each]) => each === failure)}`,
      password: PASSWORD,
    };
    const early = await issuer.call('POST', '/auth/register', { json });
    await expectUnavailable(early, '/dictionaries/en.json');
    mend();
    expect((await issuer.call('POST', '/auth/register', { json })).status).toBe(201);
  });

  it('goes on with what needs no assets', async () => {
    const { issuer } = createFailingIssuer(failure);
    const tokens = await issuer.login('reader');
    expect((await issuer.refresh(tokens.refresh_token)).status).toBe(200);
    await expectUnavailable(await issuer.call('GET', '/openapi.json'), '/docs/openapi.json');
  });
});

it('a request that was given up while it read an asset holds up no other', async () => {
  let calls = 0;
  const never = new Promise<Response>(() => undefined);
  const fetch = (input: string) => {
    calls += 1;
    return calls === 1 ? never : testEnv.ASSETS.fetch(input);
  };
  const issuer = createIssuer({ ASSETS: { fetch } as unknown as Fetcher });
  const headers = { 'Accept-Language': 'en' };
  void issuer.call('GET', '/signin', { headers });
  const response = await issuer.call('GET', '/signin', { headers });
  expect(response.status).toBe(200);
  expect(calls).toBe(2);
});
