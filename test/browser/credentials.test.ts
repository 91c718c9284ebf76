import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectProblems, useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { expectAccessible, LOOKS } from './support/looks.ts';

const PASSWORD = 'kumquat oboe 42 zither';
const NEXT_PASSWORD = 'lagoon 7 walnut tractor';

const openContext = useBrowser();
let issuer: BrowserIssuer;

beforeAll(async () => {
  issuer = await startIssuer({ AUTH_SCHEMES: 'basic,digest,mutual,hoba,aws4' });
});
afterAll(() => issuer.stop());

async function register(page: Page, username: string): Promise<void> {
  await page.goto(`${issuer.url}/signin?new`);
  await enter(page, username, PASSWORD);
  await page.waitForURL('**/account');
}

async function add(page: Page, type: string): Promise<void> {
  await page.locator(`a[href$="type=${type}"]`).click();
  await page.waitForURL(`**type=${type}`);
}

describe.each(LOOKS)('adding a credential, $name,', ({ name, options }) => {
  it.each(['en', 'ko'])('is accessible and keeps the pages’ policy in %s', async (language) => {
    const page = await (await openContext({ ...options, locale: language })).newPage();
    const problems = await collectProblems(page);
    const look = (what: string) => expectAccessible(page, `${what}-${language}-${name}`);
    await register(page, `${language}.${name}`);
    await add(page, 'digest');
    await page.fill('[name=password]', 'not the password');
    await page.press('[name=password]', 'Enter');
    await page.waitForSelector('#password-error');
    await look('add-digest-refused');
    await page.fill('[name=password]', PASSWORD);
    await page.press('[name=password]', 'Enter');
    await page.waitForURL('**/account?done=added');

    await add(page, 'mutual');
    await look('add-mutual');
    await page.goBack();
    await add(page, 'hoba');
    await page.fill('[name=public_key]', 'no key');
    await page.locator('form > button').click();
    await page.waitForSelector('#public_key-error');
    await look('add-hoba-refused');
    await page.locator('[data-make] button').first().click();
    await page.locator('[data-save]').waitFor();
    expect(await page.locator('#public_key-error, [aria-invalid]').count()).toBe(0);
    await look('add-hoba');
    await page.locator('form > button').click();
    await page.waitForURL('**/account?done=added');
    await look('account-credentials');

    await add(page, 'aws4');
    await look('add-aws4');
    await page.locator('form > button').click();
    await page.locator('[data-copy]').first().waitFor();
    await look('access-key');
    await page.goto(`${issuer.url}/account`);
    await page.fill('[name=next]', NEXT_PASSWORD);
    await page.press('[name=next]', 'Enter');
    await page.locator('#standing').waitFor();
    await look('keys-standing');
    expect(problems.filter((problem) => !problem.includes('status of 400'))).toEqual([]);
  });
});

describe('a key pair that the browser makes', () => {
  it('signs in by its private half, which was saved and is nowhere else', async () => {
    const page = await (await openContext({ locale: 'en', acceptDownloads: true })).newPage();
    const problems = await collectProblems(page);
    await register(page, 'maker');
    await add(page, 'hoba');
    await page.getByRole('button', { name: 'Make a key pair here' }).click();
    const save = page.getByRole('button', { name: 'Save the private key' });
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
    expect(download.suggestedFilename()).toBe('hoba-key.pem');
    const pem = await text(await download.createReadStream());
    await page.fill('[name=kid]', 'made-here');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    expect((await sent).postData()).not.toContain('PRIVATE');
    await page.waitForURL('**/account?done=added');

    const challenge = await (
      await fetch(`${issuer.url}/.well-known/hoba/getchal`, { method: 'POST' })
    ).text();
    const nonce = randomBytes(8).toString('base64url');
    const fields = [nonce, '0', issuer.url, 'edgemint', 'made-here', challenge];
    const signed = fields.map((field) => `${field.length}:${field}`).join('');
    const signature = sign('sha256', Buffer.from(signed), createPrivateKey(pem)).toString('base64url');
    const authorization = `HOBA result="made-here.${challenge}.${nonce}.${signature}"`;
    const login = await fetch(`${issuer.url}/auth/login`, { method: 'POST', headers: { authorization } });
    expect(login.status, await login.clone().text()).toBe(200);
    expect(problems).toEqual([]);
  });
});

describe('an access key', () => {
  it('is copied by its buttons, and can be had without a script', async () => {
    const context = await openContext({ locale: 'en', permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await register(page, 'copier');
    await add(page, 'aws4');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByRole('button', { name: 'Copy: Secret access key' }).click();
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await page.locator('.copyable code').nth(1).innerText());

    const still = await (await openContext({ locale: 'en', javaScriptEnabled: false })).newPage();
    await register(still, 'scriptless');
    await add(still, 'aws4');
    await still.getByRole('button', { name: 'Create the key' }).click();
    await still.getByText('Secret access key').waitFor();
    expect(await still.locator('[data-copy]:visible').count()).toBe(0);
  });
});
