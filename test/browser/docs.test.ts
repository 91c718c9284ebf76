import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { expectAccessible, LOOKS } from './support/looks.ts';

/** Swagger UI's own, which no style mends. */
const OF_THE_VIEWER = ['heading-order', 'nested-interactive', 'region', 'select-name'];

const openContext = useBrowser();
let issuer: BrowserIssuer;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

describe.each(LOOKS)('the API page, $name,', ({ name, options }) => {
  it('shows the contract under its policy, is as accessible as its viewer lets it, and leads back', async () => {
    const page = await (await openContext({ ...options, locale: 'en' })).newPage();
    const problems = await collectProblems(page);
    await page.goto(`${issuer.url}/docs`);
    await page.getByText('/auth/refresh', { exact: true }).first().waitFor();
    await expectAccessible(page, `docs-${name}`, OF_THE_VIEWER);
    expect(problems).toEqual([]);
    await page.locator('header').getByRole('link', { name: 'Account' }).click();
    await page.waitForURL('**/signin?**');
  });
});
