import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createConsents } from '../../src/adapters/clients/d1-consents.ts';
import { createCredentials } from '../../src/adapters/directory/d1-credentials.ts';
import { createDirectory } from '../../src/adapters/directory/d1-directory.ts';

const { DIRECTORY } = env;
const directory = createDirectory(DIRECTORY);
const credentials = createCredentials(DIRECTORY);
const consents = createConsents(DIRECTORY);

describe('the user directory', () => {
  it('adds a user once, however many try at the same time', async () => {
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, n) => directory.add('ada', `hash ${n}`, 1.5)),
    );
    const [user, ...others] = added.filter((each) => each !== undefined);
    expect(others).toEqual([]);
    expect(user).toEqual({
      username: 'ada',
      passwordHash: `hash ${added.indexOf(user)}`,
      credentialsVersion: 1_500,
      registeredAt: 1.5,
    });
    expect(await directory.find('ada')).toEqual(user);
  });

  it('finds nobody who was never added', async () => {
    expect(await directory.find('nobody')).toBeUndefined();
    expect(await directory.isTaken('nobody')).toBe(false);
  });

  it('takes names as they are, whatever SQL would make of them', async () => {
    const name = "x' OR '1'='1";
    expect(await directory.find(name)).toBeUndefined();
    await directory.changeCredentials(name, { passwordHash: 'stolen', credentialsVersion: 99 });
    expect((await directory.find('ada'))?.passwordHash).not.toBe('stolen');
  });

  it('keeps the newest password, in whatever order changes arrive', async () => {
    await directory.add('bob', 'first', 0.001);
    await directory.changeCredentials('bob', { passwordHash: 'third', credentialsVersion: 3 });
    await directory.changeCredentials('bob', { passwordHash: 'second', credentialsVersion: 2 });
    await directory.changeCredentials('bob', { passwordHash: 'third again', credentialsVersion: 3 });
    expect(await directory.find('bob')).toEqual({
      username: 'bob',
      passwordHash: 'third',
      credentialsVersion: 3,
      registeredAt: 0.001,
    });
  });

  it('rehashes only the hash that it knew, and leaves the version', async () => {
    await directory.add('eve', 'old', 1);
    await directory.rehash('eve', 'another', 'new');
    expect((await directory.find('eve'))?.passwordHash).toBe('old');
    await directory.rehash('eve', 'old', 'new');
    expect(await directory.find('eve')).toEqual({
      username: 'eve',
      passwordHash: 'new',
      credentialsVersion: 1_000,
      registeredAt: 1,
    });
  });

  it('never gives a deleted user’s name out again', async () => {
    await directory.add('gone', 'hash', 1);
    await directory.changeCredentials('gone', { credentialsVersion: 1_001, deletedAt: 2 });
    expect(await directory.find('gone')).toBeUndefined();
    expect(await directory.isTaken('gone')).toBe(true);
    expect(await directory.add('gone', 'hash', 3)).toBeUndefined();
    await directory.changeCredentials('gone', { passwordHash: 'hash', credentialsVersion: 9_000 });
    expect(await directory.find('gone')).toBeUndefined();
  });

  it('deletes a user once, with all that is theirs and nothing of others', async () => {
    const key = { type: 'aws4', sealed: 'sealed', createdAt: 1 } as const;
    for (const username of ['leaver', 'stayer']) {
      await directory.add(username, 'hash', 1);
      const put = [{ ...key, id: username, username }];
      await directory.changeCredentials(username, { credentialsVersion: 1_001, put });
      await consents.keep(username, 'shop', 'openid', 1);
    }
    const left = async (username: string) =>
      [await credentials.list(username), await consents.list(username)].map(({ length }) => length);
    // A later change stands already.
    await directory.changeCredentials('leaver', { credentialsVersion: 1_001, deletedAt: 3 });
    expect(await directory.find('leaver')).toMatchObject({ passwordHash: 'hash' });
    expect(await left('leaver')).toEqual([1, 1]);
    for (const deletedAt of [4, 5])
      await directory.changeCredentials('leaver', { credentialsVersion: 1_002, deletedAt });
    expect(await left('leaver')).toEqual([0, 0]);
    const { results } = await DIRECTORY.prepare("SELECT * FROM users WHERE username = 'leaver'").run();
    expect(results).toEqual([
      { username: 'leaver', password_hash: '', credentials_version: 1_002, created_at: 1, deleted_at: 4 },
    ]);
    expect(await directory.find('stayer')).toMatchObject({ passwordHash: 'hash' });
    expect(await left('stayer')).toEqual([1, 1]);
  });
});

describe('a directory whose database fails', () => {
  it('says so without what was asked', async () => {
    const failing = createDirectory({
      prepare: () => {
        throw new Error('D1 is down');
      },
    } as unknown as D1Database);
    const fault = await failing.add('ada', '$scrypt$secret', 1).catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: 'Unavailable', retryAfterSeconds: 1 });
    expect(`${fault} ${(fault as Error).cause} ${(fault as Error).stack}`).not.toContain('secret');
  });
});
