import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_ATTEMPTS } from '../../src/core/passwords/throttle.ts';
import { collectProblems, useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { expectAccessible, LOOKS } from './support/looks.ts';

const PASSWORD = 'kumquat oboe 42 zither';

const openContext = useBrowser();
let issuer: BrowserIssuer;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

async function call(path: string, json: object): Promise<Record<string, string>> {
  const response = await fetch(issuer.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.9.1' },
    body: JSON.stringify(json),
  });
  return (await response.json()) as Record<string, string>;
}

async function signIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.goto(`${issuer.url}/signin`);
  await enter(page, username, password);
  await page.waitForURL('**/account');
}

/** A session of an app whose refresh token somebody copied and used. */
async function beRobbed(username: string): Promise<void> {
  const { refresh_token } = await call('/auth/login', { username, password: PASSWORD });
  await call('/auth/refresh', { refresh_token });
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'thief' };
  const answer = await fetch(`${issuer.url}/auth/refresh`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ refresh_token }),
  });
  expect(answer.status).toBe(400);
}

async function openPage(context: BrowserContext): Promise<{ page: Page; problems: string[] }> {
  const page = await context.newPage();
  const problems = await collectProblems(page);
  return { page, problems };
}

describe.each(LOOKS)('the pages, $name,', ({ name, options }) => {
  const username = `ada.${name}`;

  beforeAll(async () => {
    await call('/auth/register', { username, password: PASSWORD });
    await beRobbed(username);
  });

  it.each(['en', 'ko'])('are accessible and keep their policy in %s', async (language) => {
    const { page, problems } = await openPage(await openContext({ ...options, locale: language }));
    const look = (what: string) => expectAccessible(page, `${what}-${language}-${name}`);

    await page.goto(`${issuer.url}/signin`);
    await look('signin');
    await page.goto(`${issuer.url}/signin?done=everywhere`);
    await look('signed-out');
    const guess = { username: `guessed.${language}.${name}`, password: 'not the password' };
    for (let tries = 0; tries < MOST_ATTEMPTS; tries += 1) await call('/auth/login', guess);
    await enter(page, guess.username, guess.password);
    await page
      .getByRole('alert')
      .filter({ hasText: /in 5 minutes|5분 뒤/ })
      .waitFor();
    await look('signin-throttled');
    await page.goto(`${issuer.url}/signin?new`);
    await enter(page, username, 'password1');
    await page.waitForSelector('#password-error');
    await look('register-refused');

    await signIn(page, username);
    await look('account');
    await page.fill('[name=next]', 'short');
    await page.press('[name=next]', 'Enter');
    await page.waitForSelector('#next-error');
    await look('account-refused');
    expect(problems.filter((problem) => !/status of (400|429)/.test(problem))).toEqual([]);
  });
});
