import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../src/adapters/directory/d1-directory.ts';
import { local, PASSWORD, type Tokens, testEnv } from '../support/client.ts';
import { expectAlive, expectOver, list } from '../support/sessions.ts';
import { login } from '../support/sign-in.ts';

const NEXT_PASSWORD = 'quite-another Donkey 9';

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
