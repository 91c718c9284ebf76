import type { Page } from 'playwright-core';

/** Fills in the form that is shown, to sign in or to sign up, and sends it with the Enter key. */
export async function enter(page: Page, username: string, password: string): Promise<void> {
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  await page.press('[name=password]', 'Enter');
}
