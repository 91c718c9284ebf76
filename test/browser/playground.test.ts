import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { expectAccessible, LOOKS } from './support/looks.ts';
import { isRefresh } from './support/refreshes.ts';

const openContext = useBrowser();
let issuer: BrowserIssuer;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

/** Refusals that a scene provokes stand on the console too; they are no problem of the page. */
const isUnexpected = (problem: string) => !/status of (400|401|409)/.test(problem);

async function open(options: Parameters<typeof openContext>[0] = {}) {
  const context = await openContext({ locale: 'en', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const problems = await collectProblems(page);
  await page.goto(issuer.url);
  return { page, problems };
}

async function signUp(page: Page): Promise<void> {
  await page.locator('button[value=up]').click();
  await page.locator('.chain li.current').waitFor();
}

/** Presses a button, and waits until its story is told. */
async function play(page: Page, button: string, story: RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.locator('.story', { hasText: story }).waitFor();
}

const coins = (page: Page) =>
  page
    .locator('.chain li')
    .evaluateAll((items) =>
      items.map((item) => `${item.querySelector('text')?.textContent} ${item.className}`),
    );
/** Members of the token beside which nothing says what they are. */
const unexplained = (page: Page) =>
  page
    .locator('.part dl > div')
    .evaluateAll((rows) =>
      rows
        .filter((row) => !row.querySelector('span')?.textContent?.trim())
        .map((row) => row.querySelector('dt')?.textContent),
    );
const statuses = (page: Page, count: number) =>
  page
    .locator('.log summary')
    .evaluateAll((items, most) => items.slice(0, most).map((item) => item.textContent), count);
const lit = (page: Page) => page.locator('.steps li.done').count();

describe('the playground', () => {
  it('signs up with the pair that is filled in, takes the token apart and checks its signature', async () => {
    const { page, problems } = await open();
    await signUp(page);
    expect(await coins(page)).toEqual(['0 current']);
    expect(await page.locator('.part.load').innerText()).toContain('"guest-');
    await page.locator('.part.sign', { hasText: 'genuine' }).waitFor();
    expect(await unexplained(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('goes through all seven steps once the token has expired, and really expires it', async () => {
    const { page, problems } = await open();
    await signUp(page);
    await play(page, 'Call the API', /step 1 is all there is/);
    expect(await lit(page)).toBe(1);
    await play(page, 'Expire now', /It is over, and the API said 401/);
    await page.locator('.life', { hasText: 'expired' }).waitFor();
    await play(page, 'Call the API', /spent for generation 2/);
    expect(await lit(page)).toBe(7);
    expect(await coins(page)).toEqual(['0 spent', '1 spent', '2 current']);
    expect(await statuses(page, 3)).toEqual([
      '200GET /auth/meyou',
      '200POST /auth/refreshyou',
      '401GET /auth/meyou',
    ]);
    expect(problems.filter(isUnexpected)).toEqual([]);
  });

  it('shows two tabs, a lost answer and a late duplicate, and nobody is signed out', async () => {
    const { page } = await open();
    await signUp(page);
    await play(page, 'Refresh in two tabs', /one rotated, one repeated/);
    expect(await coins(page)).toEqual(['0 spent', '1 current']);
    await play(page, 'Lose an answer', /still spent only once/);
    expect(await coins(page)).toEqual(['0 spent', '1 spent', '2 current']);
    const outcomes = issuer.network.exchanges
      .filter(isRefresh)
      .slice(-4)
      .map(({ answerHeaders }) => answerHeaders['refresh-outcome']);
    expect(outcomes.toSorted()).toEqual(['repeated', 'repeated', 'rotated', 'rotated']);
    await play(page, 'Hold a request back', /409 superseded/);
    expect((await coins(page)).at(-1)).toBe('4 current');
    await play(page, 'Call the API', /The API took the access token/);
  });

  it.each([
    ['Steal, replay late', /see how your own requests are refused too/],
    ['Steal, use first', /The thief spent generation 0 first/],
  ])('%s: both are out, and the page says so', async (button, story) => {
    const { page } = await open();
    await signUp(page);
    await play(page, button, story);
    expect(new Set((await coins(page)).map((coin) => coin.split(' ')[1]))).toEqual(new Set(['dead']));
    expect(await page.locator('.story.danger').count()).toBe(1);
    expect(await statuses(page, 2)).toEqual(['400POST /auth/refreshyou', '401GET /auth/meyou']);
    expect(await page.locator('.log summary .who', { hasText: 'the thief' }).count()).toBe(1);
  });

  it('signs out everywhere, and lets nobody back but by signing in', async () => {
    const { page } = await open();
    await signUp(page);
    await play(page, 'Sign out everywhere', /Every session of this account has ended/);
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.locator('button[value=in]').click();
    await page.locator('.chain li.current').waitFor();
  });

  it('says beside the fields what the issuer refuses', async () => {
    const { page } = await open();
    await page.fill('[name=password]', 'short');
    await page.press('[name=password]', 'Enter');
    await page.locator('#entrance-problem', { hasText: 'at least 8 characters' }).waitFor();
  });

  it('keeps nothing: no cookie, no storage', async () => {
    const { page } = await open();
    await signUp(page);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([
      0,
      0,
      '',
    ]);
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual([]);
  });

  it('is played by the keyboard alone, and a press keeps its place', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.locator('[name=password]').focus();
    await page.keyboard.press('Enter');
    await page.locator('.chain li.current').waitFor();
    const button = page.getByRole('button', { name: 'Refresh Spend' });
    for (let presses = 0; presses < 30; presses += 1) {
      if (await button.evaluate((each) => each === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.locator('.story', { hasText: 'Generation 0 is spent' }).waitFor();
    expect(await button.evaluate((each) => each === document.activeElement)).toBe(true);
  });

  it('is for one’s own machine unless it is asked for, and honours no wish for a shorter life elsewhere', async () => {
    const off = await startIssuer({ PLAYGROUND: 'off' });
    const page = await (await openContext()).newPage();
    await page.goto(off.url);
    expect(page.url()).toBe(`${off.url}/signin?return_to=%2Faccount`);
    expect(await page.getByRole('link', { name: 'Playground' }).count()).toBe(0);
    await off.stop();
  });
});

describe.each(LOOKS)('the playground, $name,', ({ name, options }) => {
  it.each(['en', 'ko'])('is accessible and keeps its policy in %s', async (locale) => {
    const { page, problems } = await open({ ...options, locale });
    const look = (what: string) => expectAccessible(page, `playground-${what}-${locale}-${name}`);
    await page.locator('button[value=up]').waitFor();
    await look('begin');
    await signUp(page);
    const press = async (index: number) => {
      await page.locator('.action').nth(index).click();
      await page.locator('.action[aria-disabled]').first().waitFor({ state: 'detached' });
    };
    for (const index of [1, 3, 5]) await press(index);
    await page.locator('.log details').first().locator('summary').click();
    await look('play');
    await page.locator('.action').nth(6).click();
    await page.locator('.story.danger').waitFor();
    await look('theft');
    expect(problems.filter(isUnexpected)).toEqual([]);
  });
});
