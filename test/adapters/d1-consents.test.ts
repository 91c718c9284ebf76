import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createConsents } from '../../src/adapters/clients/d1-consents.ts';
import { createDirectory } from '../../src/adapters/directory/d1-directory.ts';

const { DIRECTORY } = env;
const consents = createConsents(DIRECTORY);

/** The database, to which something else comes first whenever it is written to. */
function withBeforeWrites(act: () => Promise<unknown>): D1Database {
  const prepare = (query: string) => {
    const statement = DIRECTORY.prepare(query);
    if (!query.startsWith('insert')) return statement;
    const bind = (...values: unknown[]) => {
      const bound = statement.bind(...values);
      return {
        async run() {
          await act();
          return bound.run();
        },
      };
    };
    return { bind };
  };
  return { prepare } as unknown as D1Database;
}

it('adds to what was allowed before, each scope once, and says when', async () => {
  await consents.keep('ada', 'shop', 'openid profile', 1.5);
  await consents.keep('ada', 'shop', 'email openid', 2.5);
  expect(await consents.list('ada')).toEqual([
    { clientId: 'shop', scope: 'openid profile email', grantedAt: 2 },
  ]);
});

it.each([
  ['', '', ''],
  ['', 'openid', 'openid'],
  ['openid', '', 'openid'],
  ["it's:%_[1]{2}", 'openid', "it's:%_[1]{2} openid"],
])('of “%s” and then “%s” keeps “%s”', async (first, second, both) => {
  const username = `${first}|${second}`;
  await consents.keep(username, 'shop', first, 1);
  await consents.keep(username, 'shop', second, 2);
  expect(await consents.find(username, 'shop')).toBe(both);
});

it('loses no scope, however many tabs allow one at the same time', async () => {
  const scopes = Array.from({ length: 20 }, (_, n) => `scope:${n}`);
  await Promise.all(scopes.map((scope) => consents.keep('tabs', 'shop', scope, 1)));
  const kept = (await consents.find('tabs', 'shop'))?.split(' ') ?? [];
  expect(kept.toSorted()).toEqual(scopes.toSorted());
});

it('brings back nothing that was taken back a moment before', async () => {
  await consents.keep('fickle', 'shop', 'openid email', 1);
  const slow = createConsents(withBeforeWrites(() => consents.remove('fickle', 'shop')));
  await slow.keep('fickle', 'shop', 'profile', 2);
  expect(await consents.find('fickle', 'shop')).toBe('profile');
});

it('keeps nothing of a user who was deleted a moment before', async () => {
  const directory = createDirectory(DIRECTORY);
  await directory.add('leaver', 'hash', 1);
  await consents.keep('leaver', 'shop', 'openid', 1);
  const deletion = { credentialsVersion: 1_001, deletedAt: 2 };
  const slow = createConsents(withBeforeWrites(() => directory.changeCredentials('leaver', deletion)));
  for (const client of ['shop', 'bank']) await slow.keep('leaver', client, 'openid', 2);
  expect(await consents.list('leaver')).toEqual([]);
});
