import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { AppTab, PASSWORD, serveApp } from './support/app.ts';
import { useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';

const openContext = useBrowser();
const served = serveApp();

async function signInToPages(page: Page, username: string): Promise<void> {
  await page.goto(`${served.issuer.url}/signin`);
  await enter(page, username, PASSWORD);
  await page.waitForURL('**/account');
}

describe('an app and the issuer’s own page in one browser', () => {
  it.each([
    ['one user', 'both', 'both'],
    ['two users', 'apple', 'pear'],
  ])('with %s both go on, and end by themselves, unless the user ends all', async (_, appUser, pageUser) => {
    const context = await openContext();
    const tab = await AppTab.open(context, served.app.url, { issuer: served.issuer.url });
    await tab.register(pageUser);
    if (appUser !== pageUser) await tab.register(appUser);
    const page = await context.newPage();
    await signInToPages(page, pageUser);
    for (let round = 0; round < 2; round += 1) {
      await tab.expire();
      const [owner] = await Promise.all([tab.tokenOwner(), page.reload()]);
      expect(owner).toBe(appUser);
      expect(page.url()).toBe(`${served.issuer.url}/account`);
      await page.getByText(pageUser).first().waitFor();
    }
    await tab.logout();
    await page.reload();
    expect(page.url()).toBe(`${served.issuer.url}/account`);
    await tab.login(appUser);
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.waitForURL('**/signin*');
    await tab.expire();
    expect(await tab.tokenOwner()).toBe(appUser === pageUser ? null : appUser);
  });
});
