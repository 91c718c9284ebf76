import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { expectAccessible, LOOKS } from './support/looks.ts';

const PASSWORD = 'kumquat oboe 42 zither';

const openContext = useBrowser();
let issuer: BrowserIssuer;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

describe.each(LOOKS)('the API page, $name,', ({ name, options }) => {
  it('shows the contract under its policy, is accessible, tries out what it describes, and leads back', async () => {
    const page = await (await openContext({ ...options, locale: 'en' })).newPage();
    const problems = await collectProblems(page);
    await page.goto(`${issuer.url}/docs`);
    await page.getByText('/auth/refresh', { exact: true }).first().waitFor();
    await expectAccessible(page, `docs-${name}`);
    await page.getByText('/auth/register', { exact: true }).click();
    await page.waitForURL('**/docs#/**');
    await page.getByRole('button', { name: 'Try it out' }).click();
    await expectAccessible(page, `docs-open-${name}`);
    await page.locator('textarea').fill(JSON.stringify({ username: name, password: PASSWORD }));
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table .response-col_status', { hasText: '201' }).waitFor();
    expect(problems).toEqual([]);
    await page.locator('header').getByRole('link', { name: 'Account' }).click();
    await page.waitForURL('**/signin?**');
  });
});
