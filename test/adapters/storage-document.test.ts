import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import document from '../../docs/storage.md?raw';
import { GuardWorld } from '../support/guard-world.ts';

/** Every name that the document sets in code. */
const described = new Set([...document.matchAll(/`([A-Za-z_0-9]+)(?:\.state)?`/g)].map(([, name]) => name));

function expectDescribed(names: Iterable<string>): void {
  expect([...names].filter((name) => !described.has(name))).toEqual([]);
}

/** The names of all members of a value, at any depth. */
function membersOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(membersOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...membersOf(inner)]);
}

function tablesOf(sql: SqlStorage): string[] {
  const rows = sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*'");
  return rows.toArray().map((row) => String(row.name));
}

function columnsOf(sql: SqlStorage, table: string): string[] {
  return sql
    .exec(`SELECT name FROM pragma_table_info('${table}')`)
    .toArray()
    .map((row) => String(row.name));
}

describe('docs/storage.md describes', () => {
  it('the record, and the guard’s tables and what is in them', () =>
    GuardWorld.run('documented', async (world) => {
      const first = await world.signIn({
        isNewUser: true,
        origin: 'https://app.example.com',
        thumbprint: 'a key',
        credential: 'laptop',
      });
      await world.rotate(await world.rotate(first, 'k0'), 'k1');
      await world.refresh(await world.signIn(), 'k0');
      world.directoryFault = new Error('D1 is down');
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: first.sid };
      const put = [{ type: 'digest', id: 'h', username: world.username, sealed: 's', createdAt: 1 }] as const;
      await world.guard
        .changePassword(world.username, { ...change, renewed: put, ended: [{ type: 'aws4', id: 'k' }] })
        .catch(() => undefined);
      world.status.outage = new Error('The shard is down');
      await world.guard.end(world.username, first.sid).catch(() => undefined);
      await world.settle();

      expectDescribed(membersOf(JSON.parse(world.kv.values.get(world.username) ?? '')));
      const { sql } = world.storage;
      for (const table of tablesOf(sql)) {
        expectDescribed([table, ...columnsOf(sql, table).filter((column) => column !== 'id')]);
        for (const row of sql.exec(`SELECT state FROM ${table}`)) {
          expectDescribed(membersOf(JSON.parse(String(row.state))));
        }
      }
    }));

  it('a deletion under way', () =>
    GuardWorld.run('documented-deletion', async (world) => {
      await world.signIn({ isNewUser: true });
      world.directoryFault = new Error('D1 is down');
      await expect(world.guard.deleteUser(world.username, 1)).rejects.toThrow('D1 is down');
      const { state } = world.storage.sql.exec('SELECT state FROM account').one();
      expectDescribed(membersOf(JSON.parse(String(state))));
    }));

  it('the desk’s table', () =>
    runInDurableObject(env.PASSWORD_DESK.getByName('documented'), (_instance, { storage }) => {
      for (const table of tablesOf(storage.sql)) expectDescribed([table, ...columnsOf(storage.sql, table)]);
    }));

  it('the proof desk’s table', () =>
    runInDurableObject(env.PROOF_DESK.getByName('0'), (_instance, { storage }) => {
      for (const table of tablesOf(storage.sql)) expectDescribed([table, ...columnsOf(storage.sql, table)]);
    }));

  it('the status list’s tables', () =>
    runInDurableObject(env.STATUS_SHARD.getByName('0'), (_instance, { storage }) => {
      for (const table of tablesOf(storage.sql)) expectDescribed([table, ...columnsOf(storage.sql, table)]);
    }));

  it('the directory’s tables', async () => {
    const { results } = await env.DIRECTORY.prepare(
      "SELECT m.name AS 'table', c.name AS 'column' FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT GLOB '_cf_*' AND m.name NOT GLOB 'sqlite_*'",
    ).all<{ table: string; column: string }>();
    expect(results.length).toBeGreaterThan(0);
    expectDescribed(
      results
        .filter(({ table }) => table !== 'd1_migrations')
        .flatMap(({ table, column }) => [table, column]),
    );
    expectDescribed(results.map(({ table }) => table));
  });
});
