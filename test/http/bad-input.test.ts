import { beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, isSignedIn, local, PASSWORD, type Tokens } from '../support/client.ts';
import { expectProblem } from '../support/problem.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const MARK = 'c4n4ry';

const POSTS = ['/auth/register', '/auth/login', '/auth/refresh', '/auth/logout'] as const;
let tokens: Tokens;

beforeAll(async () => {
  tokens = await local.register('steady');
});

function send(path: string, body: BodyInit, headers: Record<string, string> = JSON_TYPE): Promise<Response> {
  return local.call('POST', path, { body, headers });
}

/** Text as JSON, but with bytes of one's own in place of `*`. */
function bytes(text: string, ...own: number[]): Uint8Array {
  const [before = '', after = ''] = text.split('*');
  const encoder = new TextEncoder();
  return new Uint8Array([...encoder.encode(before), ...own, ...encoder.encode(after)]);
}

describe('a body that can not be read', () => {
  const bodies: [string, BodyInit][] = [
    ['broken', `{"username": "${MARK}", "password": `],
    ['with a trailing comma', `{"username": "${MARK}",}`],
    ['with single quotes', `{'username': '${MARK}'}`],
    ['with a comment', `{"username": "${MARK}" /* */}`],
    ['two texts', `{"username": "${MARK}"}{}`],
    ['deep arrays', '['.repeat(8_000)],
    ['deep arrays, closed', `${'['.repeat(8_000)}${']'.repeat(8_000)}`],
    ['deep objects', '{"a":'.repeat(3_000)],
    ['a deep member', `{"username": ${'['.repeat(8_000)}${']'.repeat(8_000)}}`],
    ['a deep unknown member', `{"other": ${'['.repeat(8_000)}${']'.repeat(8_000)}, "username": 7}`],
    ['an array', `["${MARK}"]`],
    ['an empty array', '[]'],
    ['a text', `"${MARK}"`],
    ['a number', '7'],
    ['null', 'null'],
    ['true', 'true'],
    ['NaN', 'NaN'],
    ['spaces only', '   '],
    ['NUL', '\0'],
    ['a raw NUL in a text', `{"username": "${MARK}\0"}`],
    ['a raw line feed in a text', `{"username": "${MARK}\n"}`],
    ['a byte order mark', bytes('*{}', 0xef, 0xbb, 0xbf)],
    ['a byte that is no UTF-8', bytes(`{"username": "${MARK}*"}`, 0xff)],
    ['an overlong encoding', bytes(`{"username": "${MARK}*"}`, 0xc0, 0xaf)],
    ['an encoded surrogate', bytes(`{"username": "${MARK}*"}`, 0xed, 0xa0, 0x80)],
    ['a truncated sequence', bytes(`{"username": "${MARK}*"}`, 0xe2, 0x82)],
    ['UTF-16', bytes('*', 0x7b, 0x00, 0x7d, 0x00)],
  ];

  it.each(bodies)('is 400 invalid_request everywhere: %s', async (_, body) => {
    for (const path of POSTS) {
      const response = await send(path, body);
      expect(response.headers.getSetCookie()).toEqual([]);
      const problem = await expectProblem(response, 400, 'invalid_request');
      expect(JSON.stringify(problem)).not.toContain(MARK);
    }
    const options = { body, headers: JSON_TYPE, bearer: tokens.access_token };
    await expectProblem(await local.call('PUT', '/auth/password', options), 400, 'invalid_request');
  });
});

describe('a body that can be read, but', () => {
  it.each([
    ['with two values', '{"refresh_token": "x", "refresh_token": "y"}'],
    ['with the same value', '{"refresh_token": "x", "refresh_token": "x"}'],
    ['with an equal object', '{"refresh_token": "x", "other": {"b": [1]}, "other": {"b": [1]}}'],
    ['once escaped', '{"refresh_token": "x", "refresh\\u005ftoken": "y"}'],
    ['inside another', '{"refresh_token": "x", "other": [{"a": 1, "a": 2}]}'],
    ['of a name that objects have anyway', '{"refresh_token": "x", "__proto__": 1, "__proto__": 2}'],
    ['of the empty name', '{"refresh_token": "x", "": 1, "": 2}'],
  ])('repeats a member %s, is 400', async (_, body) => {
    const { error_description } = await expectProblem(
      await send('/auth/refresh', body),
      400,
      'invalid_request',
    );
    expect(error_description).toMatch(/repeated/);
  });

  it('is deep, is refused for what it lacks', async () => {
    for (const depth of [100, 2_700]) {
      const body = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
      await expectProblem(await send('/auth/register', body), 400, 'invalid_request');
      const login = await send('/auth/login', body);
      expect([400, 401]).toContain(login.status);
      await expectProblem(login, login.status, 'invalid_request');
    }
  });

  it('holds a number too large, is refused', async () => {
    const body = `{"session": "${tokens.session}", "generation": 1e999}`;
    await expectProblem(await send('/auth/refresh', body), 400, 'invalid_request');
  });
});

describe('members of the wrong type', () => {
  const WRONG = [null, 7, true, [], {}, ['a'], { a: 1 }, -1.5];
  const cases: [string, string, object][] = [
    ['/auth/register', 'username', { password: PASSWORD }],
    ['/auth/register', 'password', { username: 'typed' }],
    ['/auth/register', 'transport', { username: 'typed', password: PASSWORD }],
    ['/auth/login', 'username', { password: PASSWORD }],
    ['/auth/login', 'password', { username: 'typed' }],
    ['/auth/login', 'transport', { username: 'typed', password: PASSWORD }],
    ['/auth/refresh', 'refresh_token', {}],
    ['/auth/refresh', 'session', { generation: 0 }],
    ['/auth/logout', 'refresh_token', {}],
    ['/auth/logout', 'session', {}],
  ];

  it.each(cases)('of %s: %s is 400 and named', async (path, member, others) => {
    for (const value of WRONG) {
      const response = await local.call('POST', path, { json: { ...others, [member]: value } });
      const { error_description } = await expectProblem(response, 400, 'invalid_request');
      expect(error_description).toContain(member);
    }
  });

  it.each([null, '7', true, [], {}, -1, 0.5])('of /auth/refresh: generation %j', async (generation) => {
    const json = { session: tokens.session, generation };
    const response = await local.call('POST', '/auth/refresh', { json });
    await expectProblem(response, 400, 'invalid_request');
  });

  it('refuses missing members and empty bodies', async () => {
    for (const json of [
      {},
      { username: 'typed' },
      { password: PASSWORD },
      { Username: 'typed', Password: PASSWORD },
    ]) {
      await expectProblem(await local.call('POST', '/auth/register', { json }), 400, 'invalid_request');
    }
    await expectProblem(await local.call('POST', '/auth/register'), 400, 'invalid_request');
    await expectProblem(await send('/auth/register', '', {}), 400, 'invalid_request');
    await expectProblem(await local.call('POST', '/auth/refresh'), 400, 'invalid_grant');
    await expectProblem(await local.call('POST', '/auth/refresh', { json: { refresh_token: '' } }), 400);
  });

  it('does not take members of the prototype for its own', async () => {
    const json = JSON.parse(`{"__proto__": {"username": "polluted", "password": "${PASSWORD}"}}`) as object;
    await expectProblem(await local.call('POST', '/auth/register', { json }), 400, 'invalid_request');
    const text = `{"constructor": {"prototype": {"x": 1}}, "__proto__": {"transport": "cookie"}}`;
    await expectProblem(await send('/auth/login', text), 401);
    expect(({} as Record<string, unknown>).transport).toBeUndefined();
  });

  it.each(['\\u0000', '\\ud800', '\\udfff\\ud800', '\\u202e', '\\uffff'])(
    'refuses %s in a username, a password and a token',
    async (escaped) => {
      const odd = `"${MARK}${escaped}${MARK}"`;
      const bodies = [
        ['/auth/register', `{"username": ${odd}, "password": "${PASSWORD}"}`],
        ['/auth/login', `{"username": ${odd}, "password": "${PASSWORD}"}`],
        ['/auth/refresh', `{"refresh_token": ${odd}}`],
        ['/auth/logout', `{"refresh_token": ${odd}}`],
      ] as const;
      for (const [path, body] of bodies) {
        const problem = await expectProblem(await send(path, body), 400);
        expect(JSON.stringify(problem)).not.toContain(MARK);
      }
    },
  );
});

describe('the content type', () => {
  const body = JSON.stringify({ username: 'steady', password: PASSWORD });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json-seq',
    'application/ld+json',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'x',
  ])('%s is 415', async (type) => {
    for (const path of POSTS) {
      await expectProblem(await send(path, body, { 'Content-Type': type }), 415, 'invalid_request');
    }
  });

  it('that is missing is 415', async () => {
    await expectProblem(await send('/auth/login', new TextEncoder().encode(body), {}), 415);
  });

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
  ])('%s is taken', async (type) => {
    const response = await send('/auth/refresh', '{"refresh_token": "x"}', { 'Content-Type': type });
    await expectProblem(response, 400, 'invalid_grant');
  });
});

it('refused all of it without harm', async () => {
  expect(await isSignedIn(local, tokens.access_token)).toBe(true);
  const options: CallOptions = { bearer: tokens.access_token };
  expect((await local.refresh(tokens.refresh_token, options)).status).toBe(200);
  for (const username of ['typed', 'polluted', MARK]) {
    const response = await local.call('POST', '/auth/login', { json: { username, password: PASSWORD } });
    await expectProblem(response, 400, 'invalid_grant');
  }
});
