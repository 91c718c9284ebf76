import { afterEach, describe, expect, it, vi } from 'vitest';
import operations from '../../docs/operations.md?raw';
import { createDirectory } from '../../src/adapters/directory/d1-directory.ts';
import type { Env } from '../../src/index.ts';
import { createIssuer, local, PASSWORD, type Tokens, testEnv } from '../support/client.ts';
import { ENROL } from '../support/enrolment.ts';
import { expectProblem } from '../support/problem.ts';
import { expectAlive, expectOver, list } from '../support/sessions.ts';
import { login, register } from '../support/sign-in.ts';

const NEXT_PASSWORD = 'quite-another Donkey 9';

const UNREACHABLE = {
  getByName: () => ({ signIn: () => Promise.reject(new Error('Network connection lost')) }),
} as unknown as Env['ACCOUNT_GUARD'];

afterEach(() => void vi.useRealTimers());

const change = (tokens: Tokens, next: string) =>
  local.call('PUT', '/auth/password', { json: { next }, bearer: tokens.access_token });

/** As after a restore of D1 to a time before that registration. */
const forget = (username: string) =>
  testEnv.DIRECTORY.prepare('DELETE FROM users WHERE username = ?').bind(username).run();

describe('a name that D1 lost', () => {
  it('is free, whatever its guard saw of the earlier user, whose sessions end', async () => {
    const earlier = await local.register('lost');
    for (const next of [NEXT_PASSWORD, `${NEXT_PASSWORD}0`])
      expect((await change(earlier, next)).status).toBe(204);
    await forget('lost');
    const later = await local.register('lost');
    await expectOver(earlier);
    await expectAlive(later);
    expect(await list(later)).toHaveLength(1);
    expect((await login({ username: 'lost', password: PASSWORD })).status).toBe(200);
    expect((await change(later, NEXT_PASSWORD)).status).toBe(204);
    expect((await login({ username: 'lost', password: NEXT_PASSWORD })).status).toBe(200);
  });

  it('is free where the guard was not asked at the registration: the sessions end at the first sign-in', async () => {
    const earlier = await local.register('unheard');
    await forget('unheard');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    const cut = createIssuer({ ACCOUNT_GUARD: UNREACHABLE });
    await expectProblem(await register({ username: 'unheard', password: PASSWORD }, cut), 503);
    await expectAlive(earlier);
    // Theirs is a name that they have lost, and no fresh sign-in to the account of who has it now.
    expect((await change(earlier, NEXT_PASSWORD)).status).toBe(400);
    const later = await local.login('unheard');
    await expectOver(earlier);
    await expectAlive(later);
    expect(await list(later)).toHaveLength(1);
    expect((await change(later, NEXT_PASSWORD)).status).toBe(204);
    expect((await login({ username: 'unheard', password: NEXT_PASSWORD })).status).toBe(200);
  });

  it('and has again is its first user’s, who signs in when the counts were raised', async () => {
    await local.register('undone');
    const row = await testEnv.DIRECTORY.prepare("SELECT * FROM users WHERE username = 'undone'").first();
    await forget('undone');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const between = await local.register('undone');
    await forget('undone');
    const columns = Object.keys(row ?? {});
    await testEnv.DIRECTORY.prepare(
      `INSERT INTO users (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
    )
      .bind(...Object.values(row ?? {}))
      .run();
    expect((await login({ username: 'undone', password: PASSWORD })).status).toBe(503);
    const [, command = ''] = /--command "(UPDATE users [^"]+)"/.exec(operations) ?? [];
    // SQLite's clock stands outside of the test's.
    const now = Math.floor(Date.now() / 1_000);
    await testEnv.DIRECTORY.prepare(command.replace('unixepoch()', String(now))).run();
    const back = await local.login('undone');
    await expectOver(between);
    await expectAlive(back);
  });

  it('keeps the password of who registered it from a change that the earlier user had begun', async () => {
    const directory = createDirectory(testEnv.DIRECTORY);
    await local.register('begun');
    const earlier = await directory.find('begun');
    await forget('begun');
    await local.register('begun');
    const credentialsVersion = (earlier?.credentialsVersion ?? 0) + 1;
    await directory.changeCredentials('begun', { credentialsVersion, passwordHash: 'stolen' });
    expect((await directory.find('begun'))?.passwordHash).not.toBe('stolen');
    await directory.changeCredentials('begun', { credentialsVersion, deletedAt: 1 });
    expect((await login({ username: 'begun', password: PASSWORD })).status).toBe(200);
  });
});

it.each(Object.entries(ENROL))('a user is the same by each door: %s', async (type, enrol) => {
  const tokens = await local.register(`by-${type}`);
  const { signIn } = await enrol(`by-${type}`, tokens.access_token);
  expect((await signIn(createIssuer({ AUTH_SCHEMES: type }))).status).toBe(200);
  await expectAlive(tokens);
});
