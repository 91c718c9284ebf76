import { runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../../src/index.ts';
import {
  type Client,
  createIssuer,
  isSignedIn,
  local,
  PASSWORD,
  type Tokens,
  testEnv,
} from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import { ENROL } from '../support/enrolment.ts';
import {
  authorizationOf,
  basicOf,
  exchange,
  PageBrowser,
  postForm,
  registerClient,
} from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';
import { waitForRecord } from '../support/record.ts';
import { expectAlive, expectOver } from '../support/sessions.ts';
import { login, register } from '../support/sign-in.ts';
import { isRevoked } from '../support/status.ts';

const clock = stopClock();
const SETTINGS = {
  ADMINS: 'on-call,second',
  CLIENT_REGISTRATION: 'open',
  AUTH_SCHEMES: 'basic,digest,mutual,hoba,aws4',
};
let issuer: Client;
let admin: Tokens;

beforeAll(async () => {
  for (const name of ['on-call', 'second']) await local.register(name);
  issuer = createIssuer(SETTINGS);
});
beforeEach(async () => {
  admin = await issuer.login('on-call');
});
afterEach(() => void vi.restoreAllMocks());

const remove = (username: string, bearer = admin.access_token, at = issuer) =>
  at.call('DELETE', `/admin/users/${username}`, { bearer });

const select = (sql: string, username: string) =>
  testEnv.DIRECTORY.prepare(`SELECT ${sql} WHERE username = ?`).bind(username).first();

const rowOf = (username: string) => select('* FROM users', username);

const countsOf = (username: string) =>
  Promise.all(
    ['credentials', 'consents'].map((table) => select(`count(*) AS count FROM ${table}`, username)),
  );

describe('DELETE /admin/users/:username', () => {
  it('ends all sessions of the user and of nobody else, by the time it answers', async () => {
    const [laptop, other] = [await local.register('leaving'), await local.register('staying')];
    const phone = await local.login('leaving');
    await waitForRecord('leaving', (record) => record !== null);
    const response = await remove('leaving');
    expect([response.status, await response.text()]).toEqual([204, '']);
    for (const tokens of [laptop, phone]) await expectOver(tokens);
    for (const tokens of [other, admin]) await expectAlive(tokens);
    clock.advance(5);
    const ended = await Promise.all([laptop, phone, other].map((each) => isRevoked(each.access_token)));
    expect(ended).toEqual([true, true, false]);
    await runDurableObjectAlarm(testEnv.ACCOUNT_GUARD.getByName('leaving'));
    await waitForRecord('leaving', (record) => record === null);
  });

  it('leaves the name in the directory and nothing else, and others as they were', async () => {
    for (const name of ['traces', 'neighbour']) {
      const { access_token: bearer } = await local.register(name);
      for (const enrol of Object.values(ENROL)) await enrol(name, bearer);
      const browser = new PageBrowser(issuer);
      await browser.signIn(name);
      await browser.tokensFor(await registerClient(issuer));
    }
    // Digest has two rows.
    const [full, none] = [
      [{ count: 5 }, { count: 1 }],
      [{ count: 0 }, { count: 0 }],
    ];
    expect(await countsOf('traces')).toEqual(full);
    const neighbour = await rowOf('neighbour');
    expect((await remove('traces')).status).toBe(204);
    expect(await countsOf('traces')).toEqual(none);
    const deletedAt = Math.floor(clock.now());
    expect(await rowOf('traces')).toMatchObject({ password_hash: '', deleted_at: deletedAt });
    expect([await countsOf('neighbour'), await rowOf('neighbour')]).toEqual([full, neighbour]);
  });

  it('keeps the name: a registration is answered as for any that is taken', async () => {
    for (const name of ['gone', 'there']) await local.register(name);
    await remove('gone');
    const answers = ['gone', 'there'].map(async (username) => {
      const response = await register({ username, password: PASSWORD });
      return [response.status, await response.text()];
    });
    const [gone, there] = await Promise.all(answers);
    expect(gone).toEqual(there);
    expect(gone?.[0]).toBe(409);
  });

  it('ends what clients and the pages hold, a code that was not redeemed yet, too', async () => {
    const client = await registerClient(issuer);
    const browser = await PageBrowser.ofNewUser(issuer, 'with-apps');
    const tokens = await browser.tokensFor(client);
    const code = await browser.codeFor(authorizationOf(client));
    await remove('with-apps');
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    await expectProblem(await postForm(issuer, '/oauth/token', form, basicOf(client)), 400, 'invalid_grant');
    await expectProblem(await exchange(issuer, client, code), 400, 'invalid_grant');
    expect((await browser.get('/account')).headers.get('location')).toMatch(/^\/signin/);
  });

  it('may be repeated, takes capitals, and finishes what died half-way', async () => {
    const tokens = await local.register('twice');
    await testEnv.DIRECTORY.prepare("UPDATE users SET deleted_at = 2 WHERE username = 'twice'").run();
    await expectAlive(tokens);
    for (const name of ['TWICE', 'twice']) expect((await remove(name)).status).toBe(204);
    await expectOver(tokens);
    expect(await rowOf('twice')).toMatchObject({ deleted_at: 2 });
  });

  it('goes on where the credentials are changed meanwhile', async () => {
    const { access_token: bearer } = await local.register('changing');
    const change = vi.fn(() => ENROL.aws4('changing', bearer));
    const getByName = (name: string) => {
      const guard = testEnv.ACCOUNT_GUARD.getByName(name);
      return {
        isLive: (...session: [string, string]) => guard.isLive(...session),
        async deleteUser(...asked: [string, number]) {
          if (change.mock.calls.length === 0) await change();
          return guard.deleteUser(...asked);
        },
      };
    };
    const guards = { getByName } as unknown as Env['ACCOUNT_GUARD'];
    const busy = createIssuer({ ...SETTINGS, ACCOUNT_GUARD: guards });
    expect((await remove('changing', admin.access_token, busy)).status).toBe(204);
    expect(change).toHaveBeenCalledOnce();
    expect(await countsOf('changing')).toEqual([{ count: 0 }, { count: 0 }]);
    expect((await login({ username: 'changing', password: PASSWORD })).status).toBe(400);
  });

  it('says in the log who was deleted and by whom', async () => {
    await local.register('logged');
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    await remove('logged');
    const event = { event: 'user_deleted', username: 'logged', by: 'on-call' };
    expect(lines.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([event]);
  });

  it('claims nothing where the guard can not be asked', async () => {
    const tokens = await local.register('out-of-reach');
    const deleteUser = () => Promise.reject(new Error('Network connection lost'));
    const guards = { getByName: () => ({ deleteUser, isLive: async () => true }) };
    const cut = createIssuer({ ...SETTINGS, ACCOUNT_GUARD: guards as unknown as Env['ACCOUNT_GUARD'] });
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    const response = await remove('out-of-reach', admin.access_token, cut);
    await expectProblem(response, 503, 'temporarily_unavailable');
    expect(lines.mock.calls.join()).not.toContain('user_deleted');
    await expectAlive(tokens);
  });

  it('is refused of whoever is named in ADMINS, to themselves and to one another, at once too', async () => {
    await local.register('third');
    const theirs = createIssuer({ ...SETTINGS, ADMINS: 'on-call,third' });
    const third = await theirs.login('third');
    const answers = await Promise.all([
      ...['third', 'THIRD', 'on-call'].map((name) => remove(name, third.access_token, theirs)),
      remove('third', admin.access_token, theirs),
    ]);
    for (const answer of answers) await expectProblem(answer, 400, 'invalid_request');
    for (const tokens of [third, admin]) await expectAlive(tokens);
    expect((await remove('third')).status).toBe(204);
    await expectProblem(await remove('bystander', third.access_token, theirs), 401, 'invalid_token');
  });

  it.each(['nobody-here', 'client:shop', '..%2fx', '%00', '%ff', '-', 'a'.repeat(2_000)])(
    'finds no user by a name that nobody has, and calls no guard for it: %#',
    async (username) => {
      const { vars, calls } = createCountedBindings();
      const counted = createIssuer({ ...SETTINGS, ...vars });
      await expectProblem(await remove(username, admin.access_token, counted), 404, 'invalid_request');
      // The first is the admin's own, about the access token.
      expect(calls.filter((call) => call.startsWith('ACCOUNT_GUARD'))).toEqual(['ACCOUNT_GUARD.isLive']);
    },
  );

  it('is for admins, and changes nothing for others', async () => {
    const [victim, user] = [await local.register('target'), await local.register('jealous')];
    await expectProblem(await issuer.call('DELETE', '/admin/users/target'), 401);
    for (const name of ['target', 'nobody-here', 'jealous'])
      await expectProblem(await remove(name, user.access_token), 403, 'insufficient_scope');
    // Who is no longer named in `ADMINS`.
    await expectProblem(await remove('target', admin.access_token, local), 403, 'insufficient_scope');
    await expectAlive(victim);
    expect(await rowOf('target')).toMatchObject({ deleted_at: null });
  });
});
