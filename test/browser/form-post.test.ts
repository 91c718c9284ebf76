import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { keepPicture, LOOKS } from './support/looks.ts';
import { authorizationPath, registerApp } from './support/oauth.ts';
import { Site } from './support/site.ts';

const PASSWORD = 'kumquat oboe 42 zither';

const openContext = useBrowser();
let app: Site;
let issuer: BrowserIssuer;
let clientId: string;

beforeAll(async () => {
  app = await Site.start({ '/callback': '<title>An app</title>' });
  issuer = await startIssuer({ CLIENT_REGISTRATION: 'open' });
  clientId = await registerApp(issuer, { redirect_uris: [`${app.url}/callback`] });
});
afterAll(async () => {
  await issuer.stop();
  await app.stop();
});

/** Registers a user who allows an app that wants its answer posted. */
async function allow(username: string, options: BrowserContextOptions): Promise<Page> {
  const page = await (await openContext(options)).newPage();
  const request = { client_id: clientId, redirect_uri: `${app.url}/callback`, response_mode: 'form_post' };
  await page.goto(issuer.url + authorizationPath(request));
  await page.goto(page.url().replace('/signin?', '/signin?new=&'));
  await enter(page, username, PASSWORD);
  await page.waitForSelector('button[value=allow]');
  return page;
}

/** What reaches the app with the next click. */
async function postedBy(page: Page, button: string): Promise<URLSearchParams> {
  const sent = page.waitForRequest((request) => request.url() === `${app.url}/callback`);
  await page.click(button);
  return new URLSearchParams((await sent).postData() ?? '');
}

describe('an answer that is posted (OAuth 2.0 Form Post Response Mode)', () => {
  it('goes by itself', async () => {
    const page = await allow('poster', { locale: 'en' });
    expect((await postedBy(page, 'button[value=allow]')).get('code')).toMatch(/./);
    await page.waitForURL(`${app.url}/callback`);
  });

  it('goes by a button without JavaScript, on a page like the others', async () => {
    for (const { name, options } of LOOKS) {
      const page = await allow(`still.${name}`, { ...options, locale: 'en', javaScriptEnabled: false });
      await page.click('button[value=allow]');
      await page.waitForURL('**/oauth/consent');
      const host = new URL(app.url).host;
      expect(await page.locator('.lead').textContent()).toBe(`You go on to ${host}.`);
      // Its style sheet is there: no button of the browser's own look.
      const { width = 0 } = (await page.locator('button').boundingBox()) ?? {};
      expect(width).toBeGreaterThan(200);
      await keepPicture(page, `form-post-${name}`);
      expect((await postedBy(page, 'button')).get('code')).toMatch(/./);
      await page.waitForURL(`${app.url}/callback`);
    }
  });
});
