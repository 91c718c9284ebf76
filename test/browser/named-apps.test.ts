import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { expectAccessible, LOOKS } from './support/looks.ts';
import { authorizationPath, registerApp } from './support/oauth.ts';
import { Site } from './support/site.ts';

const PASSWORD = 'kumquat oboe 42 zither';

const openContext = useBrowser();
let app: Site;
let issuer: BrowserIssuer;

beforeAll(async () => {
  app = await Site.start({ '/callback': '<title>An app</title>' });
  issuer = await startIssuer({ CLIENT_REGISTRATION: 'open' });
});
afterAll(async () => {
  await issuer.stop();
  await app.stop();
});

/** Begins what an app of this name sends its users to. */
async function goToSignIn(page: Page, client_name: string): Promise<void> {
  const redirect_uri = `${app.url}/callback`;
  const client_id = await registerApp(issuer, { client_name, redirect_uris: [redirect_uri] });
  await page.goto(issuer.url + authorizationPath({ client_id, redirect_uri }));
}

describe.each(LOOKS)('the sign-in for an app, $name,', ({ name, options }) => {
  it.each([
    ['en', 'Create one', (host: string) => `To go on to Photo printer, at ${host}.`],
    ['ko', '계정 만들기', (host: string) => `계속하면 ${host}의 Photo printer(으)로 이동합니다.`],
  ])('names it all the way, in %s', async (language, create, lead) => {
    const page = await (await openContext({ ...options, locale: language })).newPage();
    const problems = await collectProblems(page);
    const says = () => page.getByText(lead(new URL(app.url).host)).waitFor();
    await goToSignIn(page, 'Photo printer');
    await says();
    await expectAccessible(page, `signin-app-${language}-${name}`);
    await page.getByRole('link', { name: create }).click();
    await page.locator('[autocomplete=new-password]').waitFor();
    await says();
    await expectAccessible(page, `register-app-${language}-${name}`);
    await enter(page, `${language}.${name}`, PASSWORD);
    await page.click('button[value=allow]');
    await page.waitForURL(`${app.url}/callback?**`);
    expect(new URL(page.url()).searchParams.get('code')).not.toBeNull();
    expect(problems).toEqual([]);
  });

  it('shows what it calls itself as letters, and breaks them where it must', async () => {
    const hostile = `<img src=x onerror=alert(1)>${'W'.repeat(52)}`;
    const page = await (await openContext({ ...options, locale: 'en' })).newPage();
    const problems = await collectProblems(page);
    await goToSignIn(page, hostile);
    expect(await page.locator('.lead bdi').innerText()).toBe(hostile);
    await expectAccessible(page, `signin-hostile-${name}`);
    await page.goto(page.url().replace('/signin?', '/signin?new=&'));
    await enter(page, `spoofed.${name}`, PASSWORD);
    await page.waitForSelector('button[value=allow]');
    expect(await page.locator('.lead bdi').innerText()).toBe(hostile);
    await expectAccessible(page, `consent-hostile-${name}`);
    await page.click('button[value=allow]');
    await page.waitForURL(`${app.url}/callback?**`);
    await page.goto(`${issuer.url}/account`);
    expect(await page.locator('h3 bdi').innerText()).toBe(hostile);
    await expectAccessible(page, `account-hostile-${name}`);
    expect(problems).toEqual([]);
  });
});

describe('the name of an app', () => {
  it('turns nothing around it, whatever script it is of', async () => {
    const page = await (await openContext({ locale: 'en' })).newPage();
    await goToSignIn(page, 'חנות ABC 12');
    const edges = await page.locator('.lead').evaluate((lead) => {
      const edgesOf = (text: string) => {
        const nodes = document.createTreeWalker(lead, NodeFilter.SHOW_TEXT);
        for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
          const at = node.textContent?.indexOf(text) ?? -1;
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + text.length);
          const { left, right, top } = range.getBoundingClientRect();
          return { left, right, top };
        }
        throw new Error(`no ${text}`);
      };
      return [edgesOf('To go on to'), edgesOf('12'), edgesOf('חנות'), edgesOf(', at')];
    });
    const [before, number, shop, after] = edges;
    expect(new Set(edges.map(({ top }) => top)).size).toBe(1);
    // Its own parts go from right to left, and ours stand left and right of it.
    expect(number?.right).toBeLessThan(shop?.left ?? 0);
    expect(before?.right).toBeLessThan(number?.left ?? 0);
    expect(after?.left).toBeGreaterThanOrEqual(shop?.right ?? 0);
  });
});
