import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { Site } from './support/site.ts';

const openContext = useBrowser();
let site: Site;
let issuer: BrowserIssuer;

beforeAll(async () => {
  site = await Site.start({
    '/': '<title>An app</title>',
    '/strict': `<meta http-equiv="Content-Security-Policy" content="script-src 'none'"><script>alert(1)</script>`,
  });
  issuer = await startIssuer({ ALLOWED_ORIGINS: site.url });
});
afterAll(async () => {
  await issuer.stop();
  await site.stop();
});

const register = ([url, username]: string[]) =>
  fetch(`${url}/auth/register`, {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: 'kumquat oboe 42 zither', transport: 'cookie' }),
  }).then(
    (response) => response.status,
    () => 0,
  );

describe('the browser and its network', () => {
  it('keep a cookie of the issuer for a page of another port', async () => {
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(site.url);
    expect(await page.evaluate(register, [issuer.url, 'ada'])).toBe(201);
    expect(await context.cookies(issuer.url)).toContainEqual(
      expect.objectContaining({
        name: expect.stringMatching(/^refresh-\w+-0$/),
        httpOnly: true,
        sameSite: 'Strict',
      }),
    );
  });

  it('keep CORS: an origin that is not allowed reads nothing', async () => {
    const page = await (await openContext()).newPage();
    await page.goto(site.foreignUrl);
    expect(await page.evaluate(register, [issuer.url, 'eve'])).toBe(0);
  });

  it('lose an answer that the issuer gave', async () => {
    const page = await (await openContext()).newPage();
    await page.goto(site.url);
    issuer.network.fault = { onAnswer: async ({ method }) => (method === 'POST' ? 'drop' : undefined) };
    expect(await page.evaluate(register, [issuer.url, 'bob'])).toBe(0);
    issuer.network.fault = {};
    expect(issuer.network.exchanges).toContainEqual(
      expect.objectContaining({ method: 'POST', path: '/auth/register', status: 201 }),
    );
  });

  it('report what a page does against its policy', async () => {
    const page = await (await openContext()).newPage();
    const problems = await collectProblems(page);
    await page.goto(`${site.url}/strict`);
    // The event is a task of its own, which may come after the load.
    await expect.poll(() => problems.join('\n')).toMatch(/^CSP: script-src-elem forbids inline/m);
  });
});
