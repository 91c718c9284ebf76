import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleExample } from '../../scripts/lib/example.ts';
import { ROOT } from '../../scripts/lib/project.ts';
import { bundle } from '../../scripts/lib/sdk.ts';
import { PASSWORD } from './support/app.ts';
import { collectProblems, useBrowser } from './support/browser.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { Site } from './support/site.ts';

const openContext = useBrowser();
let site: Site;
let issuer: BrowserIssuer;

beforeAll(async () => {
  site = await Site.start();
  issuer = await startIssuer({ ALLOWED_ORIGINS: site.url });
});
afterAll(async () => {
  await issuer.stop();
  await site.stop();
});

function serve(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) site.files.set(path, text);
}

async function fill(page: Page, username: string, button: string): Promise<void> {
  await page.locator('[name=username]').fill(username);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: button }).click();
}

describe('the vanilla example', () => {
  it('signs up, asks who it is, follows its other tab and signs out', async () => {
    serve(await bundleExample('vanilla', issuer.url));
    const context = await openContext();
    const page = await context.newPage();
    const problems = await collectProblems(page);
    await page.goto(site.url);
    await fill(page, 'vanilla', 'Sign up');
    await page.getByText('Signed in as vanilla').waitFor();
    await page.getByRole('button', { name: 'Who am I?' }).click();
    await page.getByText('"sub":"vanilla"').waitFor();
    const other = await context.newPage();
    await other.goto(site.url);
    await other.getByText('Signed in as vanilla').waitFor();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('says what is wrong with a password', async () => {
    const page = await (await openContext()).newPage();
    await page.goto(site.url);
    await fill(page, 'nobody', 'Sign in');
    await page.getByText('The username or the password is wrong').waitFor();
  });
});

describe('the React example', () => {
  it('signs in, over a reload too, and out', async () => {
    serve(await bundleExample('react', issuer.url));
    const page = await (await openContext()).newPage();
    const problems = await collectProblems(page);
    await page.goto(site.url);
    await fill(page, 'vanilla', 'Sign in');
    await page.getByText('Hello vanilla!').waitFor();
    await page.reload();
    await page.getByText('Hello vanilla!').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('says what is wrong with a password and goes on, and signs up', async () => {
    serve(await bundleExample('react', issuer.url));
    const page = await (await openContext()).newPage();
    await page.goto(site.url);
    await fill(page, 'hooked', 'Sign in');
    await page.getByText('The username or the password is wrong').waitFor();
    await fill(page, 'hooked', 'Sign up');
    await page.getByText('Hello hooked!').waitFor();
  });
});

describe('the README’s lines for a single-page app', () => {
  it('work when pasted', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const lines = /<!-- test: single-page app -->\n```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(lines.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(24);
    const script = await bundle(lines.replaceAll('http://localhost:8787', issuer.url));
    const form = '<form><input name="username"><input name="password"><button>Sign in</button></form>';
    const rest = '<p id="who"></p><button id="leave">Sign out</button>';
    serve({
      '/': `<title>Pasted</title>${form}${rest}<script type="module" src="/app.js"></script>`,
      '/app.js': Buffer.from(script).toString('utf8'),
    });
    const page = await (await openContext()).newPage();
    await page.goto(site.url);
    await fill(page, 'vanilla', 'Sign in');
    await page.getByText('Hello vanilla').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Signed out: logout').waitFor();
  });
});
