import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Client,
  createHttpsIssuer,
  createIssuer,
  isSignedIn,
  local,
  PASSWORD,
  type Tokens,
  testEnv,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { createCountedBindings } from '../support/counting.ts';
import { createJar, type Jar, parseSetCookies } from '../support/jar.ts';
import { expectProblem } from '../support/problem.ts';
import { readRecord } from '../support/record.ts';

const CHALLENGE = 'Basic realm="edgemint", charset="UTF-8"';

function login(json: object, client: Client = local, jar?: Jar): Promise<Response> {
  return client.call('POST', '/auth/login', { json, ...(jar && { jar }) });
}

function register(json: object, client: Client = local): Promise<Response> {
  return client.call('POST', '/auth/register', { json });
}

function basic(username: string, password: string): { headers: { Authorization: string } } {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return { headers: { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` } };
}

describe('registration', () => {
  it('answers 201 and the first pair, with no-store', async () => {
    const response = await register({ username: 'newcomer', password: PASSWORD });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const tokens = await response.json<Tokens>();
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.stringMatching(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/),
      scope: 'account',
      session: expect.stringMatching(/^[0-9a-z]+_[0-9a-f]{16}$/),
      generation: 0,
    });
    expect(await isSignedIn(local, tokens.access_token)).toBe(true);
  });

  it('refuses a name that is taken, in any case, and leaves its owner alone', async () => {
    for (const username of ['newcomer', 'NewComer']) {
      const response = await register({ username, password: WRONG_PASSWORD });
      await expectProblem(response, 409, 'invalid_request');
    }
    expect((await login({ username: 'newcomer', password: PASSWORD })).status).toBe(200);
  });

  it('gives a name to one of ten who ask for it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => register({ username: 'contested', password: PASSWORD })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)]);
  });

  it('refuses a deleted user’s name', async () => {
    await testEnv.DIRECTORY.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?)')
      .bind('ghost', '', 3, 1, 2)
      .run();
    await expectProblem(await register({ username: 'ghost', password: PASSWORD }), 409);
    await expectProblem(await login({ username: 'ghost', password: PASSWORD }), 400, 'invalid_grant');
  });

  it('can be closed', async () => {
    const closed = createIssuer({ REGISTRATION: 'closed' });
    const response = await register({ username: 'shut-out', password: PASSWORD }, closed);
    await expectProblem(response, 403);
    expect(await readRecord('shut-out')).toBeNull();
    expect((await login({ username: 'newcomer', password: PASSWORD }, closed)).status).toBe(200);
  });

  it('lower-cases usernames, and takes every character there may be', async () => {
    for (const username of ['Ada.Lovelace', 'a', 'x'.repeat(64), '0+9_b@c-d.e']) {
      const response = await register({ username, password: PASSWORD });
      expect(response.status, username).toBe(201);
      const { access_token } = await response.json<Tokens>();
      const me = await (await local.call('GET', '/auth/me', { bearer: access_token })).json();
      expect(me).toMatchObject({ sub: username.toLowerCase() });
    }
    const again = await login({ username: 'ADA.LOVELACE', password: PASSWORD });
    expect(again.status).toBe(200);
  });

  it('refuses every other username', async () => {
    const refused = [
      '',
      ' ',
      '.a',
      '-a',
      '@a',
      '_a',
      '+a',
      'a b',
      'a/b',
      'a:b',
      'ä',
      '\u017f',
      '\u212a',
      'a\u0000',
      'a\n',
      'x'.repeat(65),
      'a\u202eb',
      '😀',
    ];
    for (const username of refused) {
      const response = await register({ username, password: PASSWORD });
      await expectProblem(response, 400, 'invalid_request');
    }
  });

  it.each([
    ['short', 'Ab1!xyz', /8 characters/],
    ['empty', '', /8 characters/],
    ['long', 'aB3$'.repeat(65), /256 characters/],
    ['common', 'password1', /easy to guess/],
    ['a row of keys', 'qwertyuiop', /easy to guess/],
    ['the username', 'weakling', /username|easy to guess/],
    ['with a control character', 'correct-Horse\u0007battery', /control/],
    ['half a surrogate pair', 'correct-Horse \ud83d battery', /./],
  ])('refuses a password that is %s, and says why', async (_, password, reason) => {
    const response = await register({ username: 'weakling', password });
    const { error_description } = await expectProblem(response, 400, 'invalid_request');
    expect(error_description).toMatch(reason);
    if (password !== '' && password !== 'weakling') expect(error_description).not.toContain(password);
  });

  it('made nobody while it refused', async () => {
    expect((await register({ username: 'weakling', password: PASSWORD })).status).toBe(201);
  });
});

describe('a sign-in', () => {
  const secret = 'pässwörd:with:colons 🐎';

  beforeAll(async () => {
    await register({ username: 'door', password: PASSWORD });
    await register({ username: 'utf8', password: secret });
  });

  it('by JSON answers 200 and a pair, with no-store', async () => {
    const response = await login({ username: 'door', password: PASSWORD });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', scope: 'account', generation: 0 });
  });

  it('by Basic takes UTF-8, and colons in the password', async () => {
    const response = await local.call('POST', '/auth/login', basic('utf8', secret));
    expect(response.status).toBe(200);
    const decomposed = basic('UTF8', secret.normalize('NFD'));
    expect((await local.call('POST', '/auth/login', decomposed)).status).toBe(200);
  });

  it('by Basic can ask for a cookie', async () => {
    const { headers } = basic('door', PASSWORD);
    const options = { headers, json: { transport: 'cookie' } };
    const response = await local.call('POST', '/auth/login', options);
    expect(response.status).toBe(200);
    expect(await response.json()).not.toHaveProperty('refresh_token');
    expect(response.headers.getSetCookie().join()).toContain('refresh-');
  });

  it('is refused in JSON by 400 invalid_grant without a challenge', async () => {
    const response = await login({ username: 'door', password: WRONG_PASSWORD });
    expect(response.headers.get('www-authenticate')).toBeNull();
    await expectProblem(response, 400, 'invalid_grant');
  });

  it('is refused in the header by 401 with the challenge', async () => {
    const response = await local.call('POST', '/auth/login', basic('door', WRONG_PASSWORD));
    expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
    await expectProblem(response, 401);
  });

  it('without credentials is 401 with the challenge', async () => {
    for (const options of [{}, { json: {} }, { json: { transport: 'body' } }]) {
      const response = await local.call('POST', '/auth/login', options);
      expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
      await expectProblem(response, 401);
    }
  });

  it('with half of the credentials is 400', async () => {
    await expectProblem(await login({ username: 'door' }), 400, 'invalid_request');
    await expectProblem(await login({ password: PASSWORD }), 400, 'invalid_request');
  });

  it('with two kinds of credentials is 400', async () => {
    const json = { username: 'door', password: PASSWORD };
    const response = await local.call('POST', '/auth/login', { ...basic('door', PASSWORD), json });
    await expectProblem(response, 400, 'invalid_request');
  });

  it.each([
    'Digest username="door"',
    'Bearer abc',
    'Negotiate abc',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic YQ',
    'Basic YWJj',
    'Basic /zo=',
    'Basic ZG9vcjo=, Basic ZG9vcjo=',
    `Basic ${btoa('door:\u0000')}`,
    `Basic ${'A'.repeat(20_000)}`,
  ])('with an Authorization header that is no use is 401 with the challenge: %#', async (Authorization) => {
    const response = await local.call('POST', '/auth/login', { headers: { Authorization } });
    expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
    await expectProblem(response, 401);
  });
});

describe('an unknown user and a wrong password', () => {
  beforeAll(async () => {
    await register({ username: 'known', password: PASSWORD });
  });

  const seen = async (response: Response) => ({
    status: response.status,
    headers: [...response.headers].filter(([name]) => name !== 'date'),
    body: await response.text(),
  });

  it('get the same answer in JSON', async () => {
    const [known, unknown] = await Promise.all(
      ['known', 'unknown'].map(async (username) => seen(await login({ username, password: WRONG_PASSWORD }))),
    );
    expect(known).toEqual(unknown);
  });

  it('get the same answer to a header', async () => {
    const [known, unknown] = await Promise.all(
      ['known', 'unknown'].map(async (username) =>
        seen(await local.call('POST', '/auth/login', basic(username, WRONG_PASSWORD))),
      ),
    );
    expect(known).toEqual(unknown);
  });

  it('cost the same calls', async () => {
    const { vars, calls } = createCountedBindings();
    const issuer = createIssuer(vars);
    await login({ username: 'known', password: WRONG_PASSWORD }, issuer);
    const known = calls.splice(0);
    await login({ username: 'unknown', password: WRONG_PASSWORD }, issuer);
    expect(calls).toEqual(known);
    expect(known).toContain('PASSWORD_DESK.check');
  });

  it('are answered no sooner than FAILURE_DELAY', async () => {
    const patient = createIssuer({ FAILURE_DELAY: '1s' });
    const startedAt = performance.now();
    const usernames = ['known', 'unknown', 'not a username'];
    const took = await Promise.all(
      usernames.map(async (username) => {
        await login({ username, password: WRONG_PASSWORD }, patient);
        return performance.now() - startedAt;
      }),
    );
    for (const milliseconds of took) expect(milliseconds).toBeGreaterThanOrEqual(990);
  });
});

describe('guessing', () => {
  const wrong = (username: string, client: Client = local) =>
    login({ username, password: WRONG_PASSWORD }, client);
  const expectThrottled = async (response: Response) => {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(300);
    await expectProblem(response, 429);
  };

  it('ends in 429 for strangers, while the owner’s device gets in', async () => {
    const jar = createJar();
    const owned = { username: 'guessed', password: PASSWORD };
    await local.call('POST', '/auth/register', { json: owned, jar });
    const statuses = [];
    for (let attempt = 0; attempt < 10; attempt += 1) statuses.push((await wrong('guessed')).status);
    expect(statuses).toEqual(Array(10).fill(400));
    await expectThrottled(await wrong('guessed'));
    await expectThrottled(await login(owned));
    await expectThrottled(await local.call('POST', '/auth/login', basic('guessed', PASSWORD)));

    const device = jar.names().filter((name) => name.startsWith('device-'));
    expect(device).toHaveLength(1);
    expect((await login(owned, local, jar)).status).toBe(200);
    const forged = createJar([[String(device[0]), 'forged.device.cookie.x.y']]);
    await expectThrottled(await login(owned, local, forged));
    await register({ username: 'other-device', password: PASSWORD });
    const others = createJar();
    await login({ username: 'other-device', password: PASSWORD }, local, others);
    const value = others.get(String(others.names()[0])) ?? '';
    await expectThrottled(await login(owned, local, createJar([[String(device[0]), value]])));
  });

  it('gets no more guesses by forty at once', async () => {
    await register({ username: 'flooded', password: PASSWORD });
    const answers = await Promise.all(Array.from({ length: 40 }, () => wrong('flooded')));
    const hashed = answers.filter(({ status }) => status === 400);
    const throttled = answers.filter(({ status }) => status === 429);
    expect(hashed.length).toBe(10);
    expect(throttled.length).toBe(30);
  });

  it('throttles an unknown user the same way', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => wrong('never-registered')));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
    await expectThrottled(await wrong('never-registered'));
  });

  it('leaves the refreshes of its victim alone', async () => {
    const tokens = await local.register('busy');
    const flood = Array.from({ length: 12 }, () => wrong('busy'));
    const startedAt = performance.now();
    expect((await local.refresh(tokens.refresh_token)).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await Promise.all(flood);
  });

  it('is limited by address, whatever the usernames', async () => {
    let asked = 0;
    const limit = async ({ key }: { key: string }) => {
      asked += 1;
      return { success: key !== '198.51.100.9' && key !== '2001:db8:0:1' };
    };
    const issuer = createIssuer({ SIGN_IN_LIMIT: { limit }, REGISTRATION_LIMIT: { limit } });
    for (const address of ['198.51.100.9', '2001:db8:0:1::5', '2001:DB8::1:0:0:0:7']) {
      const headers = { 'cf-connecting-ip': address };
      for (const path of ['/auth/login', '/auth/register']) {
        const json = { username: 'addressed', password: PASSWORD };
        const response = await issuer.call('POST', path, { json, headers });
        expect(response.headers.get('retry-after'), address).toBe('60');
        await expectProblem(response, 429);
      }
    }
    expect(asked).toBe(6);
  });
});

describe('the device cookie', () => {
  it('says nothing about its user, and has the right flags', async () => {
    const https = createHttpsIssuer();
    const response = await register({ username: 'devoted', password: PASSWORD }, https);
    const [cookie, ...others] = parseSetCookies(response);
    expect(others).toEqual([]);
    expect(cookie?.name).toMatch(/^__Host-device-[\w-]{12}$/);
    expect(Object.fromEntries(cookie?.attributes ?? [])).toEqual({
      'max-age': '31536000',
      path: '/',
      httponly: '',
      secure: '',
      samesite: 'Strict',
    });
    expect(
      JSON.stringify(
        cookie?.value.split('.').map((part) => atob(part.replace(/-/g, '+').replace(/_/g, '/'))),
      ),
    ).not.toContain('devoted');
  });
});
