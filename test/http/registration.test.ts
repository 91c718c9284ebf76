import { describe, expect, it } from 'vitest';
import {
  createIssuer,
  isSignedIn,
  local,
  PASSWORD,
  type Tokens,
  testEnv,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { expectProblem } from '../support/problem.ts';
import { readRecord } from '../support/record.ts';
import { login, register } from '../support/sign-in.ts';

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
