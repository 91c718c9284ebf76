import { beforeAll, describe, expect, it } from 'vitest';
import { sealSigninToken } from '../../src/core/tokens/signin-token.ts';
import {
  type Client,
  createIssuer,
  isSignedIn,
  local,
  PASSWORD,
  type Tokens,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { createJar, type Jar } from '../support/jar.ts';
import { ringOf } from '../support/keys.ts';
import { signInToPages, submitForm, textOf } from '../support/pages.ts';

const NEXT_PASSWORD = 'nimbus 31 tractor-oboe';

async function open(jar: Jar, path = '/account', client: Client = local): Promise<string> {
  const response = await client.call('GET', path, { jar });
  expect(response.status).toBe(200);
  return response.text();
}

/** The ids of the sessions that the page offers to end. */
function listed(html: string): string[] {
  return [...html.matchAll(/name="sid" value="([^"]+)"/g)].map(([, sid]) => sid ?? '');
}

async function enter(username: string): Promise<{ jar: Jar; app: Tokens }> {
  const app = await local.register(username);
  return { app, jar: await signInToPages(local, username) };
}

describe('/account', () => {
  it.each([
    ['GET', '/account'],
    ['POST', '/account/sessions/end'],
    ['POST', '/account/sessions/end-all'],
    ['POST', '/account/password'],
  ])('%s %s leads who isn’t signed in to /signin', async (method, path) => {
    const response =
      method === 'GET'
        ? await local.call('GET', path)
        : await submitForm(local, path, { next: NEXT_PASSWORD });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/signin?return_to=%2Faccount');
  });

  it('never goes by the session of an app', async () => {
    const jar = createJar();
    const json = { transport: 'cookie' };
    const { access_token } = await local.register('amy', { json, jar, origin: local.origin });
    expect(jar.refreshNames()).toHaveLength(1);
    expect((await local.call('GET', '/account', { jar, bearer: access_token })).status).toBe(303);
  });

  it('says who it is, and lists the sessions, this one first', async () => {
    const { jar, app } = await enter('bea');
    const html = await open(jar);
    expect(html).toContain('<strong>bea</strong>');
    const sids = listed(html);
    expect(sids).toHaveLength(2);
    expect(sids[1]).toBe(app.session);
    expect(html.indexOf('This device')).toBeLessThan(html.indexOf(app.session));
    expect(html.match(/class="badge"/g)).toHaveLength(1);
  });

  it('ends one session, and only one of this user', async () => {
    const { jar, app } = await enter('cleo');
    const other = await local.register('dora');
    const end = (sid: string) => submitForm(local, '/account/sessions/end', { sid }, { jar });
    expect((await end(other.session)).headers.get('location')).toBe('/account?done=ended');
    expect(await isSignedIn(local, other.access_token)).toBe(true);
    expect((await end(app.session)).status).toBe(303);
    expect(await isSignedIn(local, app.access_token)).toBe(false);
    expect(listed(await open(jar, '/account?done=ended'))).toHaveLength(1);
  });

  it('signs out of the pages alone, by its own session or by the button', async () => {
    const { jar, app } = await enter('elsa');
    const [own = ''] = listed(await open(jar));
    const held = jar.copy();
    const response = await submitForm(local, '/account/sessions/end', { sid: own }, { jar });
    expect(response.headers.get('location')).toBe('/signin?done=here');
    expect(jar.get('signin')).toBeUndefined();
    expect((await local.call('GET', '/account', { jar: held })).status).toBe(303);
    expect(await isSignedIn(local, app.access_token)).toBe(true);

    await signInToPages(local, 'elsa', jar);
    const again = jar.copy();
    await submitForm(local, '/account/signout', {}, { jar });
    expect((await local.call('GET', '/account', { jar: again })).status).toBe(303);
  });

  it('signs out everywhere', async () => {
    const { jar, app } = await enter('fay');
    const held = jar.copy();
    const response = await submitForm(local, '/account/sessions/end-all', {}, { jar });
    expect(response.headers.get('location')).toBe('/signin?done=everywhere');
    expect(await isSignedIn(local, app.access_token)).toBe(false);
    expect((await local.call('GET', '/account', { jar: held })).status).toBe(303);
  });

  it.each(['/account/signout', '/account/sessions/end-all', '/account/password', '/account/sessions/end'])(
    'takes no form for %s from elsewhere',
    async (path) => {
      const jar = await signInToPages(local, 'amy');
      const headers = { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost:5173' };
      const fields = { next: NEXT_PASSWORD, sid: listed(await open(jar))[0] ?? '' };
      expect((await submitForm(local, path, fields, { jar, headers })).status).toBe(403);
      await open(jar);
    },
  );
});

describe('other credentials on /account', () => {
  it('are listed with their names only, and end', async () => {
    const { jar, app } = await enter('flora');
    const bearer = app.access_token;
    const added = await local.call('POST', '/auth/credentials', { bearer, json: { type: 'aws4' } });
    const key = await added.json<{ id: string; secret_access_key: string }>();
    const html = await open(jar);
    expect(html).toContain(`<code>${key.id}</code>`);
    expect(html).not.toContain(key.secret_access_key);
    const end = (id: string) => submitForm(local, '/account/credentials/end', { id }, { jar });
    expect((await end(key.id)).headers.get('location')).toBe('/account?done=credential');
    expect(await open(jar, '/account?done=credential')).not.toContain(key.id);
    expect((await end(key.id)).status).toBe(303);
  });
});

describe('changing the password on /account', () => {
  let jar: Jar;
  let app: Tokens;
  const change = (fields: Record<string, string>) => submitForm(local, '/account/password', fields, { jar });

  beforeAll(async () => {
    ({ jar, app } = await enter('gina'));
  });

  it('says beside the field what is wrong with the new one', async () => {
    const errorOf = async (next: string) => textOf(await (await change({ next })).text(), 'next-error');
    expect(await errorOf('')).toBe('Enter a new password.');
    expect(await errorOf('short')).toContain('at least 8 characters');
    expect(await errorOf('password1')).toContain('too easy to guess');
    expect(await isSignedIn(local, app.access_token)).toBe(true);
  });

  it('refuses a wrong current password even where none is needed', async () => {
    const response = await change({ current: WRONG_PASSWORD, next: NEXT_PASSWORD });
    expect(response.status).toBe(400);
    const html = await response.text();
    expect(textOf(html, 'current-error')).toBe('This is not your current password.');
    expect(html).not.toContain(WRONG_PASSWORD);
  });

  it('asks for the current one once the sign-in is five minutes old', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const [sid = ''] = listed(await open(jar));
    const old = { username: 'gina', sid, authTime: now - 301, amr: ['pwd'], expiresAt: now + 60 };
    const aged = createJar([['signin', await sealSigninToken(old, ringOf())]]);
    expect(await open(jar)).not.toContain('name="current"');
    expect(await open(aged)).toContain('name="current"');
    const response = await submitForm(local, '/account/password', { next: NEXT_PASSWORD }, { jar: aged });
    expect(response.status).toBe(400);
    expect(textOf(await response.text(), 'current-error')).toContain('Enter your current password');
  });

  it('ends every other session and keeps this one', async () => {
    const elsewhere = await signInToPages(local, 'gina');
    const response = await change({ current: PASSWORD, next: NEXT_PASSWORD });
    expect(response.status).toBe(303);
    expect(await open(jar, response.headers.get('location') ?? '')).toContain('Your password is changed.');
    expect(await isSignedIn(local, app.access_token)).toBe(false);
    expect((await local.call('GET', '/account', { jar: elsewhere })).status).toBe(303);
    const login = (password: string) =>
      local.call('POST', '/auth/login', { json: { username: 'gina', password } });
    expect((await login(PASSWORD)).status).toBe(400);
    expect((await login(NEXT_PASSWORD)).status).toBe(200);
  });

  it('is throttled like every other door', async () => {
    const closed = createIssuer({ SIGN_IN_LIMIT: { limit: async () => ({ success: false }) } });
    const fields = { current: PASSWORD, next: NEXT_PASSWORD };
    const response = await submitForm(closed, '/account/password', fields, { jar });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
  });
});

describe('after a theft', () => {
  it('the page says what was found, where it came from, and what to do', async () => {
    const { jar, app } = await enter('hera');
    expect(await open(jar)).not.toContain('id="theft"');
    const from = (device: string, country: string) => ({
      headers: { 'User-Agent': device },
      cf: { country },
    });
    await local.refresh(app.refresh_token, { key: 'hers', ...from('curl/8.9.1', 'KR') });
    const stolen = await local.refresh(app.refresh_token, { key: 'theirs', ...from('Wget/1.25.0', 'NZ') });
    expect(stolen.status).toBe(400);
    const html = await open(jar);
    expect(html).toContain('id="theft"');
    expect(html).toContain('It came from curl (South Korea) and from Wget (New Zealand).');
    expect(html).toContain('What to do now');
    expect(listed(html)).not.toContain(app.session);
  });

  it('nobody else is told', async () => {
    const { jar } = await enter('iris');
    expect(await open(jar)).not.toContain('id="theft"');
  });
});
