import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { Site } from './support/site.ts';

const PASSWORD = 'kumquat oboe 42 zither';
const NEXT_PASSWORD = 'lagoon 7 walnut tractor';

const openContext = useBrowser();
let site: Site;
let issuer: BrowserIssuer;

beforeAll(async () => {
  site = await Site.start({ '/': '<!doctype html><title>An app</title>' });
  issuer = await startIssuer({ ALLOWED_ORIGINS: site.url });
});
afterAll(async () => {
  await issuer.stop();
  await site.stop();
});

/** Fills in the form that is shown and sends it with the Enter key. */
async function enterAccount(page: Page, username: string, password = PASSWORD): Promise<void> {
  await enter(page, username, password);
  await page.waitForURL('**/account');
}

async function register(context: BrowserContext, username: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${issuer.url}/signin?new`);
  await enterAccount(page, username);
  return page;
}

type Answer = { status: number; body: Record<string, unknown> };

/** What an app on its own origin does, with the cookie transport. */
function callFrom(page: Page, path: string, json: object, bearer?: string): Promise<Answer> {
  return page.evaluate(
    async ([url, body, token]) => {
      const response = await fetch(url, {
        method: 'POST',
        credentials: 'include',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body,
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
    },
    [issuer.url + path, JSON.stringify(json), bearer ?? ''] as const,
  );
}

const subjectOf = (token: unknown): string =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()).sub;

describe('without JavaScript', () => {
  it('one registers, changes the password, ends sessions, signs out and in again', async () => {
    const context = await openContext({ javaScriptEnabled: false, locale: 'en' });
    const page = await register(context, 'ada');
    const other = await openContext({ javaScriptEnabled: false });
    const elsewhere = await other.newPage();
    await elsewhere.goto(`${issuer.url}/signin`);
    await enterAccount(elsewhere, 'ada');

    await page.reload();
    expect(await page.locator('.rows li').count()).toBe(2);
    await page.locator('.rows li').nth(1).getByRole('button').click();
    await page.getByText('That session has ended.').waitFor();
    await elsewhere.reload();
    expect(elsewhere.url()).toContain('/signin');

    await page.fill('[name=next]', NEXT_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password is changed.').waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByText('You are signed out of these pages.').waitFor();
    expect(await context.cookies()).not.toContainEqual(expect.objectContaining({ name: 'signin' }));
    await enterAccount(page, 'ada', NEXT_PASSWORD);
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByText('You are signed out everywhere.').waitFor();
  });
});

describe('the sign-in to the pages', () => {
  it('is a cookie that no script and no other site gets', async () => {
    const context = await openContext();
    const page = await register(context, 'bea');
    expect(await context.cookies()).toContainEqual(
      expect.objectContaining({
        name: 'signin',
        httpOnly: true,
        sameSite: 'Lax',
        path: '/',
        domain: 'localhost',
      }),
    );
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('lives beside an app of another port and of another user, and neither becomes the other', async () => {
    const context = await openContext();
    const account = await register(context, 'cleo');
    const app = await context.newPage();
    await app.goto(site.url);
    const login = { username: 'dora', password: PASSWORD, transport: 'cookie' };
    let pair = (await callFrom(app, '/auth/register', login)).body;
    for (let round = 0; round < 5; round += 1) {
      const { session, generation } = pair;
      const [answer] = await Promise.all([
        callFrom(app, '/auth/refresh', { session, generation }),
        account.reload(),
      ]);
      expect(answer.status).toBe(200);
      pair = answer.body;
      expect(subjectOf(pair.access_token)).toBe('dora');
      expect(await account.locator('.facts strong').innerText()).toBe('cleo');
    }

    const second = await context.newPage();
    await second.goto(`${issuer.url}/account`);
    await second.getByRole('button', { name: 'Sign out', exact: true }).click();
    await second.waitForURL('**/signin?done=here');
    const { session, generation } = pair;
    const after = await callFrom(app, '/auth/refresh', { session, generation });
    expect(after.status).toBe(200);

    await enterAccount(second, 'dora');
    expect((await callFrom(app, '/auth/logout', {}, String(after.body.access_token))).status).toBe(204);
    await second.reload();
    expect(await second.locator('.facts strong').innerText()).toBe('dora');
  });

  it('obeys no form of another origin, though its cookie comes along from another port', async () => {
    const context = await openContext();
    const account = await register(context, 'elsa');
    const app = await context.newPage();
    await app.goto(site.url);
    await app.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      document.body.append(form);
      form.submit();
    }, `${issuer.url}/account/sessions/end-all`);
    await app.waitForURL('**/account/sessions/end-all');
    const sent = issuer.network.exchanges.findLast(({ path }) => path === '/account/sessions/end-all');
    expect(sent?.status).toBe(403);
    expect(sent?.headers.cookie).toContain('signin=');
    await account.reload();
    expect(await account.locator('.facts strong').innerText()).toBe('elsa');
  });
});

describe('by the keyboard alone', () => {
  it('one skips to the content, signs in, and ends a session', async () => {
    await register(await openContext(), 'fay');
    const page = await (await openContext({ locale: 'en' })).newPage();
    const problems = await collectProblems(page);
    await page.goto(`${issuer.url}/signin`);
    // `autofocus` is honoured with a frame, which may come after the load.
    const focusOn = (name: string) => page.locator(`input[name=${name}]:focus`).waitFor();
    await focusOn('username');
    await page.keyboard.type('fay');
    await page.keyboard.press('Tab');
    await focusOn('password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account');

    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    // The focus that follows a fragment comes with a frame too.
    await page.locator('#content:focus').waitFor();
    const target = page.locator('.rows li').nth(1).getByRole('button');
    for (let presses = 0; presses < 20; presses += 1) {
      if (await target.evaluate((button) => button === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByText('That session has ended.').waitFor();
    expect(await page.locator('.rows li').count()).toBe(1);
    expect(problems).toEqual([]);
  });
});
