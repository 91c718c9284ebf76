import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/lib/project.ts';
import { collectProblems, useBrowser } from './support/browser.ts';
import { enter } from './support/form.ts';
import { type BrowserIssuer, startIssuer } from './support/issuer.ts';
import { Site } from './support/site.ts';

const PASSWORD = 'kumquat oboe 42 zither';
const BUNDLE = join(ROOT, 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js');

/** What the app below puts on its `window`. */
type Renewed = { sub?: string; access?: string; refresh?: string; error?: string };

const APP = `
const manager = new oidc.UserManager(JSON.parse(localStorage.getItem('settings') ?? '{}'));
const tell = (user) => ({ sub: user.profile.sub, access: user.access_token, refresh: user.refresh_token });
globalThis.signIn = () => manager.signinRedirect();
// As other libraries always do: else this one would wait even for a popup that was cut off.
const popup = { popupAbortOnClose: true };
globalThis.signInByPopup = () => manager.signinPopup(popup).then(tell, (fault) => ({ error: fault.message }));
globalThis.signOut = () => manager.signoutRedirect();
globalThis.signOutByPopup = () => manager.signoutPopup().then(() => 'signed out', (fault) => fault.message);
globalThis.renew = () => manager.signinSilent().then(tell, (fault) => ({ error: fault.error ?? fault.message }));
if (location.pathname === '/callback')
  manager.signinCallback().then((user) => {
    if (user) document.title = 'Hello ' + user.profile.sub;
  });
if (location.pathname === '/left') manager.signoutCallback();
`;
const PAGE = '<title>An app</title><script src="/oidc.js"></script><script src="/app.js"></script>';

const openContext = useBrowser();
let app: Site;
let issuer: BrowserIssuer;

beforeAll(async () => {
  const library = await readFile(BUNDLE, 'utf8');
  app = await Site.start({
    '/': PAGE,
    '/callback': PAGE,
    '/left': PAGE,
    '/oidc.js': library,
    '/app.js': APP,
  });
  issuer = await startIssuer({ CLIENT_REGISTRATION: 'open' });
});
afterAll(async () => {
  await issuer.stop();
  await app.stop();
});

async function post(path: string, json: object): Promise<Record<string, string>> {
  const response = await fetch(issuer.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  return (await response.json()) as Record<string, string>;
}

/** Registers the app as a public client, on one of its origins, and opens it. */
async function openApp(page: Page, origin: string, scope: string): Promise<string> {
  const { client_id = '' } = await post('/oauth/register', {
    client_name: 'The app',
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/left`],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  });
  const settings = {
    authority: issuer.url,
    client_id,
    redirect_uri: `${origin}/callback`,
    post_logout_redirect_uri: `${origin}/left`,
    scope,
    silentRequestTimeoutInSeconds: 50,
  };
  await page.goto(`${origin}/`);
  await page.evaluate((text) => localStorage.setItem('settings', text), JSON.stringify(settings));
  await page.reload();
  return client_id;
}

/** The same for an app that asks nobody: others that listen on this machine always do. */
async function openOwnApp(page: Page, origin: string): Promise<void> {
  await issuer.adopt(await openApp(page, origin, 'openid'));
}

async function signIn(page: Page, username: string, isAsked = false): Promise<void> {
  await page.evaluate(() => void Reflect.get(globalThis, 'signIn')());
  await enter(page, username, PASSWORD);
  if (isAsked) await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForFunction((title) => document.title === title, `Hello ${username}`);
}

/** @returns the popup that a function of the app opens, and what comes of it */
async function openPopup<T>(page: Page, name: string): Promise<[Page, Promise<T>]> {
  const opened = page.waitForEvent('popup');
  const outcome: Promise<T> = page.evaluate((called) => Reflect.get(globalThis, called)(), name);
  return [await opened, outcome];
}

const renew = (page: Page): Promise<Renewed> => page.evaluate(() => Reflect.get(globalThis, 'renew')());

describe('oidc-client-ts', () => {
  it('signs in through the issuer’s pages, renews with rotation, and signs out', async () => {
    await post('/auth/register', { username: 'browsing', password: PASSWORD });
    const page = await (await openContext({ locale: 'en-US' })).newPage();
    const problems = await collectProblems(page);
    await openApp(page, app.url, 'openid profile offline_access');
    await signIn(page, 'browsing', true);
    const first = await renew(page);
    const second = await renew(page);
    expect(first.sub).toBe('browsing');
    expect(second.access).not.toBe(first.access);
    expect(second.refresh).not.toBe(first.refresh);
    await page.evaluate(() => void Reflect.get(globalThis, 'signOut')());
    await page.waitForURL(`${app.url}/left**`);
    expect(problems).toEqual([]);
  });

  it('asks no password again: single sign-on', async () => {
    await post('/auth/register', { username: 'twice', password: PASSWORD });
    const page = await (await openContext({ locale: 'en-US' })).newPage();
    await openOwnApp(page, app.url);
    await signIn(page, 'twice');
    await page.goto(`${app.url}/`);
    await page.evaluate(() => void Reflect.get(globalThis, 'signIn')());
    await page.waitForFunction(() => document.title === 'Hello twice');
  });

  it.each([
    ['the same site', () => app.url],
    ['another site', () => app.foreignUrl],
  ])('signs in and out in a popup of %s, through every page that may come', async (_, origin) => {
    const username = origin() === app.url ? 'popping' : 'popping-elsewhere';
    const page = await (await openContext({ locale: 'en-US' })).newPage();
    await openApp(page, origin(), 'openid');
    const [popup, signedIn] = await openPopup<Renewed>(page, 'signInByPopup');
    await enter(popup, username, 'not theirs');
    await popup.getByText('password is wrong').waitFor();
    await popup.getByRole('link', { name: 'Create one' }).click();
    await enter(popup, username, PASSWORD);
    await popup.getByRole('button', { name: 'Allow' }).click();
    expect(await signedIn).toMatchObject({ sub: username });
    const [, signedOut] = await openPopup<string>(page, 'signOutByPopup');
    expect(await signedOut).toBe('signed out');
  });

  it.each([
    ['the same site', () => app.url],
    ['another site', () => app.foreignUrl],
  ])('in a hidden frame of %s, without a refresh token', async (_, origin) => {
    const username = origin() === app.url ? 'framed' : 'framed-elsewhere';
    await post('/auth/register', { username, password: PASSWORD });
    const page = await (await openContext({ locale: 'en-US' })).newPage();
    await openOwnApp(page, origin());
    await signIn(page, username);
    await page.evaluate(() => {
      for (const key of Object.keys(sessionStorage)) {
        const user = JSON.parse(sessionStorage.getItem(key) ?? '{}');
        if (user.refresh_token)
          sessionStorage.setItem(key, JSON.stringify({ ...user, refresh_token: undefined }));
      }
    });
    const renewed = await renew(page);
    if (origin() === app.url) expect(renewed.sub).toBe(username);
    else expect(renewed.error).toBe('login_required');
  });
});
