import { beforeAll, describe, expect, it } from 'vitest';
import {
  createHttpsIssuer,
  createIssuer,
  local,
  PASSWORD,
  type testEnv,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { createJar, parseSetCookies } from '../support/jar.ts';
import { signInToPages, submitForm, textOf } from '../support/pages.ts';

const right = { username: 'paula', password: PASSWORD };

beforeAll(async () => {
  await local.register('paula');
});

async function sessionsOf(username: string) {
  const { access_token } = await local.login(username);
  const response = await local.call('GET', '/auth/sessions', { bearer: access_token });
  const { sessions } = await response.json<{ sessions: { id: string; current: boolean }[] }>();
  return { others: sessions.filter(({ current }) => !current).map(({ id }) => id), access_token };
}

describe('GET /signin', () => {
  it('is a form that password managers and passkeys know, under a strict policy', async () => {
    const response = await local.call('GET', '/signin');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; img-src 'self'; script-src 'nonce-[0-9a-f-]{36}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    const html = await response.text();
    expect(html).toMatch(/<input[^>]* name="username"[^>]* autocomplete="username webauthn"/);
    const [password = ''] = html.match(/<input[^>]* name="password"[^>]*>/) ?? [];
    expect(password).toContain(' type="password"');
    expect(password).toContain(' autocomplete="current-password"');
    expect(html).toMatch(/<button type="submit">/);
    expect(html).not.toMatch(
      / style="|<style|<script(?! type="module" nonce="[^"]+" src="\/pages\/once\.js">)|onclick/,
    );
  });

  it('speaks the browser’s language, and the one of the switch from then on', async () => {
    const korean = { headers: { 'Accept-Language': 'ko-KR,ko;q=0.9' } };
    expect(await (await local.call('GET', '/signin', korean)).text()).toContain('<html lang="ko">');
    const jar = createJar();
    const switched = await local.call('GET', '/signin?return_to=/account&lang=en', { ...korean, jar });
    expect(await switched.text()).toContain('<html lang="en">');
    expect(await (await local.call('GET', '/signin', { ...korean, jar })).text()).toContain(
      '<html lang="en">',
    );
  });

  it('takes a hint of who it is, and only a username', async () => {
    const html = async (hint: string) => (await local.call('GET', `/signin?login_hint=${hint}`)).text();
    expect(await html('Paula')).toMatch(/<input[^>]* name="username"[^>]* value="paula"/);
    expect(await html('%22%3E%3Cscript%3E')).not.toMatch(/<script>|value=/);
  });

  it('offers an account only where registration is open', async () => {
    expect(await (await local.call('GET', '/signin')).text()).toContain('/signin?new=');
    const closed = createIssuer({ REGISTRATION: 'closed' });
    expect(await (await closed.call('GET', '/signin?new')).text()).not.toMatch(
      /new-password|action="\/signin\?new=/,
    );
  });

  it('lets the redirects after an authorization request end at the client', async () => {
    const response = await local.call('GET', '/signin?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Da');
    expect(response.headers.get('content-security-policy')).not.toContain('form-action');
  });
});

describe('POST /signin', () => {
  it('signs in with a cookie that no script reads, and leads to the account', async () => {
    const response = await submitForm(local, '/signin', right);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/account');
    const cookie = parseSetCookies(response).find(({ name }) => name === 'signin');
    expect(cookie?.value).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(cookie?.attributes.has('httponly')).toBe(true);
    expect(cookie?.attributes.get('samesite')).toBe('Lax');
    expect(cookie?.attributes.get('path')).toBe('/');
    expect(Number(cookie?.attributes.get('max-age'))).toBe(14 * 86_400);
  });

  it('names the cookie __Host-signin on https', async () => {
    const issuer = createHttpsIssuer();
    const cookies = parseSetCookies(await submitForm(issuer, '/signin', right));
    const cookie = cookies.find(({ name }) => name === '__Host-signin');
    expect(cookie?.attributes.has('secure')).toBe(true);
    expect(cookie?.attributes.has('domain')).toBe(false);
  });

  it('leads where it was asked to, if that is a page here', async () => {
    const lead = async (returnTo: string) => {
      const path = `/signin?return_to=${encodeURIComponent(returnTo)}`;
      return (await submitForm(local, path, right)).headers.get('location');
    };
    expect(await lead('/oauth/authorize?client_id=a&state=b')).toBe('/oauth/authorize?client_id=a&state=b');
    expect(await lead('//evil.example/')).toBe('/account');
    expect(await lead('https://evil.example/')).toBe('/account');
  });

  it('opens a session that lists, and that a new sign-in on the same browser replaces', async () => {
    const registered = await local.register('quentin');
    const jar = await signInToPages(local, 'quentin');
    const opened = (await sessionsOf('quentin')).others.filter((sid) => sid !== registered.session);
    expect(opened).toHaveLength(1);
    await signInToPages(local, 'quentin', jar);
    expect((await sessionsOf('quentin')).others).not.toContain(opened[0]);
  });

  it('is over when its session ends elsewhere', async () => {
    await local.register('rosa');
    const jar = await signInToPages(local, 'rosa');
    expect((await local.call('GET', '/signin', { jar })).status).toBe(303);
    const { access_token } = await sessionsOf('rosa');
    await local.call('DELETE', '/auth/sessions', { bearer: access_token });
    expect((await local.call('GET', '/signin', { jar })).status).toBe(200);
  });

  it('never opens a door of the API', async () => {
    const jar = await signInToPages(local, 'paula');
    expect((await local.call('GET', '/auth/me', { jar })).status).toBe(401);
    const refresh = await local.call('POST', '/auth/refresh', { jar, json: {}, origin: local.origin });
    expect(refresh.status).toBe(400);
    const body = { json: { refresh_token: jar.get('signin') } };
    expect((await local.call('POST', '/auth/refresh', body)).status).toBe(400);
  });

  it.each([
    ['a wrong password', { ...right, password: WRONG_PASSWORD }],
    ['somebody who is not there', { ...right, username: 'nobody' }],
    ['no username at all', { ...right, username: '../paula' }],
  ])('refuses %s with 400, the same words beside the field, and what was typed', async (_, fields) => {
    const response = await submitForm(local, '/signin', fields);
    expect(response.status).toBe(400);
    expect(parseSetCookies(response)).toEqual([]);
    const html = await response.text();
    expect(textOf(html, 'password-error')).toBe('The username or the password is wrong.');
    expect(html).toMatch(
      /<input[^>]* name="password"[^>]* aria-describedby="password-error" aria-invalid="true"/,
    );
    expect(html).toContain(`value="${fields.username}"`);
    expect(html).not.toContain(fields.password);
  });

  it('says which field is missing', async () => {
    const html = await (await submitForm(local, '/signin', { username: '', password: '' })).text();
    expect(textOf(html, 'username-error')).toBe('Enter your username.');
    expect(textOf(html, 'password-error')).toBe('Enter your password.');
  });

  it('escapes what was typed', async () => {
    const html = await (await submitForm(local, '/signin', { username: '"><b>', password: 'x' })).text();
    expect(html).not.toContain('<b>');
  });

  it('is throttled like every other door', async () => {
    const SIGN_IN_LIMIT = { limit: async () => ({ success: false }) };
    const response = await submitForm(createIssuer({ SIGN_IN_LIMIT }), '/signin', right);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await response.text()).toMatch(/role="alert">Too many attempts. Try again in 60 seconds\.</);
  });

  it('says as a page that it is busy when the guard can’t be reached', async () => {
    const ACCOUNT_GUARD = {
      getByName: () => ({ signIn: () => Promise.reject(new Error('gone')) }),
    } as unknown as typeof testEnv.ACCOUNT_GUARD;
    const response = await submitForm(createIssuer({ ACCOUNT_GUARD }), '/signin', right);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  });
});

describe('a form from elsewhere', () => {
  it.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
    ['another port of this host', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost:5173' }],
    ['an old browser on another origin', { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.example' }],
    ['a sandboxed frame', { Origin: 'null' }],
  ])('of %s signs nobody in', async (_, headers) => {
    const response = await submitForm(local, '/signin', right, { headers });
    expect(response.status).toBe(403);
    expect(parseSetCookies(response)).toEqual([]);
  });

  it.each(['text/plain', 'multipart/form-data; boundary=x', 'application/json'])(
    'as %s signs nobody in',
    async (type) => {
      const response = await submitForm(local, '/signin', right, { headers: { 'Content-Type': type } });
      expect(response.status).toBe(403);
    },
  );

  it('of no browser at all has nobody’s cookies to abuse, and passes', async () => {
    const body = new URLSearchParams(right).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await local.call('POST', '/signin', { body, headers })).status).toBe(303);
  });
});

describe('creating an account on /signin?new', () => {
  it('registers, signs in, and leads on', async () => {
    const jar = createJar();
    const response = await submitForm(
      local,
      '/signin?new=&return_to=/account?x',
      { ...right, username: 'Sofia' },
      { jar },
    );
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/account?x');
    expect((await local.call('GET', '/signin', { jar })).status).toBe(303);
    expect(await local.login('sofia')).toBeDefined();
  });

  it.each([
    ['username', { ...right, username: '-x' }, 'beginning with a letter or digit'],
    ['username', right, 'This username is taken.'],
    ['password', { username: 'theo', password: 'short' }, 'at least 8 characters'],
    ['password', { username: 'theo', password: 'password1' }, 'too easy to guess'],
  ])('says beside the %s what is wrong', async (field, fields, words) => {
    const response = await submitForm(local, '/signin?new=', fields);
    expect(response.status).toBe(400);
    expect(textOf(await response.text(), `${field}-error`)).toContain(words);
  });

  it('is only a sign-in where registration is closed', async () => {
    const closed = createIssuer({ REGISTRATION: 'closed' });
    const response = await submitForm(closed, '/signin?new=', { ...right, username: 'ulla' });
    expect(response.status).toBe(400);
    expect(textOf(await response.text(), 'password-error')).toBe('The username or the password is wrong.');
  });
});
