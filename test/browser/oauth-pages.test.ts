import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { expectAccessible, LOOKS } from './support/looks.ts';
import { authorizationPath, registerApp } from './support/oauth.ts';
import { Site } from './support/site.ts';

const PASSWORD = 'kumquat oboe 42 zither';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const openContext = useBrowser();
let app: Site;
let issuer: BrowserIssuer;
let clientId: string;

beforeAll(async () => {
  app = await Site.start({ '/callback': '<title>An app</title>' });
  issuer = await startIssuer({ CLIENT_REGISTRATION: 'open', SCOPES: 'orders:read' });
  clientId = await registerApp(issuer, {
    client_name: 'The photograph printer of the corner shop',
    redirect_uris: [callback()],
    grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
  });
});
afterAll(async () => {
  await issuer.stop();
  await app.stop();
});

const callback = () => `${app.url}/callback`;

async function post(path: string, body: object): Promise<Record<string, string>> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(issuer.url + path, {
    method: 'POST',
    ...(isForm ? { body } : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, string>;
}

const authorizePath = (changes: Record<string, string> = {}) =>
  authorizationPath({
    client_id: clientId,
    redirect_uri: callback(),
    scope: 'openid profile email offline_access orders:read',
    ...changes,
  });

async function signIn(page: Page, username: string): Promise<void> {
  await page.goto(`${issuer.url}/signin`);
  await enter(page, username, PASSWORD);
  await page.waitForURL('**/account');
}

/** Answers the consent page. @returns what the app is told */
async function decide(page: Page, decision: 'allow' | 'deny'): Promise<URLSearchParams> {
  await page.click(`button[value=${decision}]`);
  await page.waitForURL(`${callback()}**`);
  return new URL(page.url()).searchParams;
}

/** What a page complains of, beside the answers that were asked for. */
const unexpected = (problems: readonly string[]) =>
  problems.filter((problem) => !/status of 40[04]/.test(problem));

describe('without JavaScript', () => {
  it('one allows an app, sees it on the account page, and withdraws it', async () => {
    await post('/auth/register', { username: 'allower', password: PASSWORD });
    const page = await (await openContext({ javaScriptEnabled: false, locale: 'en' })).newPage();
    await signIn(page, 'allower');
    expect(await page.getByRole('heading', { name: 'Apps that you allowed' }).count()).toBe(0);
    await page.goto(issuer.url + authorizePath());
    expect((await decide(page, 'allow')).get('code')).not.toBeNull();

    await page.goto(`${issuer.url}/account`);
    const apps = page.locator('section', { has: page.locator('#consents') });
    await apps.getByRole('heading', { name: 'The photograph printer' }).waitFor();
    await apps.getByText('See your email address').waitFor();
    await apps.getByRole('button', { name: 'Withdraw what The photograph printer' }).click();
    await page.getByText('That app is signed out, and must ask you again.').waitFor();
    expect(await apps.count()).toBe(0);
    await page.goto(issuer.url + authorizePath());
    expect((await decide(page, 'deny')).get('error')).toBe('access_denied');
  });
});

describe('a button that is clicked twice', () => {
  beforeAll(() => post('/auth/register', { username: 'clicker', password: PASSWORD }));
  afterEach(() => {
    issuer.network.fault = {};
  });

  async function openSignedIn() {
    const page = await (await openContext({ locale: 'en' })).newPage();
    await signIn(page, 'clicker');
    return page;
  }

  /** Clicks, and again when the issuer has answered but the browser doesn't know it yet. @returns the forms that were sent */
  async function clickTwice(page: Page, selector: string): Promise<() => string[]> {
    const { x, y } = (await page.locator(selector).boundingBox()) ?? { x: 0, y: 0 };
    const click = () => page.mouse.click(x + 9, y + 9);
    const answered = Promise.withResolvers<void>();
    const clicked = Promise.withResolvers<void>();
    const sent: string[] = [];
    issuer.network.fault = {
      onAnswer: async ({ method, path }) => {
        if (method === 'POST') {
          sent.push(path);
          answered.resolve();
          await clicked.promise;
        }
        return undefined;
      },
    };
    await click();
    await answered.promise;
    await click();
    clicked.resolve();
    return () => sent;
  }

  it('allows an app that pushed its request', async () => {
    const page = await openSignedIn();
    const { request_uri = '' } = await post('/oauth/par', new URL(issuer.url + authorizePath()).searchParams);
    await page.goto(
      `${issuer.url}/oauth/authorize?${new URLSearchParams({ client_id: clientId, request_uri })}`,
    );
    const sent = await clickTwice(page, 'button[value=allow]');
    await page.waitForURL(`${callback()}**`);
    expect(new URL(page.url()).searchParams.get('code')).not.toBeNull();
    expect(sent()).toEqual(['/oauth/consent']);
  });

  it('signs out and registers once each', async () => {
    const page = await openSignedIn();
    await page.goto(`${issuer.url}/oauth/logout`);
    const signedOut = await clickTwice(page, 'button[value=allow]');
    await page.waitForURL('**/signin');
    expect(signedOut()).toEqual(['/oauth/logout/confirm']);
    await page.goto(`${issuer.url}/signin?new`);
    await page.fill('[name=username]', 'clicked.twice');
    await page.fill('[name=password]', PASSWORD);
    const registered = await clickTwice(page, 'form > button');
    await page.waitForURL('**/account');
    expect(registered()).toEqual(['/signin?new=']);
  });

  it('can be used again where the form led nowhere', async () => {
    const page = await openSignedIn();
    await page.clock.install();
    await page.goto(`${issuer.url}/oauth/logout`);
    await page.route('**/oauth/logout/confirm', (route) => route.fulfill({ status: 204 }));
    const form = page.locator('form');
    await page.click('button[value=deny]');
    await page.locator('form[aria-busy=true]').waitFor();
    await page.clock.fastForward(10_000);
    expect(await form.getAttribute('aria-busy')).toBeNull();
    await page.unroute('**/oauth/logout/confirm');
    await page.click('button[value=deny]');
    await page.waitForURL('**/account');
  });
});

describe.each(LOOKS)('the pages of OAuth, $name,', ({ name, options }) => {
  // As long as one may be, without a place to break at.
  const username = `looker.${name}.`.padEnd(64, 'w');
  beforeAll(() => post('/auth/register', { username, password: PASSWORD }));

  async function openPage(language: string) {
    const page = await (await openContext({ ...options, locale: language })).newPage();
    const problems = await collectProblems(page);
    await signIn(page, username);
    return { page, problems, look: (what: string) => expectAccessible(page, `${what}-${language}-${name}`) };
  }

  it.each(['en', 'ko'])(
    'are accessible and keep their policy in %s: consent, account, logout, faults',
    async (language) => {
      const { page, problems, look } = await openPage(language);
      await page.goto(issuer.url + authorizePath({ prompt: 'consent' }));
      await page.waitForSelector('button[value=allow]');
      await look('consent');
      await decide(page, 'allow');
      await page.goto(`${issuer.url}/account?done=consent`);
      await page.waitForSelector('#consents');
      await look('account-consents');

      await page.goto(`${issuer.url}/oauth/logout`);
      await page.waitForSelector('button[value=allow]');
      await look('logout');
      for (const [fault, path] of [
        ['bad-redirect', authorizePath({ redirect_uri: 'https://evil.example/' })],
        ['unknown-client', authorizePath({ client_id: 'nobody' })],
        ['expired', `${authorizePath()}&request_uri=urn:ietf:params:oauth:request_uri:x`],
        ['bad-logout', `/oauth/logout?client_id=${clientId}&post_logout_redirect_uri=https://evil.example/`],
      ] as const) {
        expect((await page.goto(issuer.url + path))?.status(), fault).toBe(400);
        await look(`fault-${fault}`);
      }
      expect((await page.goto(`${issuer.url}/no/such/page`))?.status()).toBe(404);
      await look('fault-not-found');
      expect(unexpected(problems)).toEqual([]);
    },
  );

  it.each(['en', 'ko'])('are accessible and keep their policy in %s: a device', async (language) => {
    const { page, problems, look } = await openPage(language);
    for (const decision of ['allow', 'deny'] as const) {
      const asked = new URLSearchParams({ client_id: clientId, scope: 'openid orders:read' });
      const { user_code } = await post('/oauth/device_authorization', asked);
      await page.goto(`${issuer.url}/oauth/device`);
      await page.waitForSelector('[name=user_code]');
      if (decision === 'allow') {
        await look('device');
        await page.fill('[name=user_code]', 'BCDF-GHJK');
        await page.press('[name=user_code]', 'Enter');
        await page.waitForSelector('#user_code-error');
        await look('device-refused');
      }
      await page.fill('[name=user_code]', user_code ?? '');
      await page.press('[name=user_code]', 'Enter');
      await page.waitForSelector('button[value=allow]');
      if (decision === 'allow') await look('device-consent');
      await page.click(`button[value=${decision}]`);
      await page.waitForSelector('[role=status]');
      await look(`device-${decision}`);
    }
    expect(unexpected(problems)).toEqual([]);
  });
});
