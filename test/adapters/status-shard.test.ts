import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { BLOCK_SIZE, MOST_BLOCKS, StatusShard } from '../../src/adapters/status-shard/status-shard.ts';

class World {
  now = 4_000_000_000;
  readonly shard: StatusShard<unknown>;
  readonly sql: SqlStorage;

  static run(name: string, use: (world: World) => void): Promise<void> {
    return runInDurableObject(env.STATUS_SHARD.getByName(`test ${name}`), (_instance, state) =>
      use(new World(state)),
    );
  }

  private constructor(state: DurableObjectState) {
    this.sql = state.storage.sql;
    this.shard = new StatusShard<unknown>(state, {}, () => this.now);
  }

  take(count: number, heldUntil = this.now + 100): (number | 'full')[] {
    return Array.from({ length: count }, () => this.shard.allocate(heldUntil));
  }
}

describe('a status shard', () => {
  it('gives each index once, and its list holds them all', () =>
    World.run('once', ({ shard, take }) => {
      const taken = take.call({ shard, now: 4_000_000_000 }, 2 * BLOCK_SIZE + 1);
      expect(new Set(taken).size).toBe(taken.length);
      expect(shard.list().size).toBe(3 * BLOCK_SIZE);
      expect(Math.max(...taken.map(Number))).toBeLessThan(shard.list().size);
    }));

  it('uses a block again once all that it covered is dead, and not sooner', () =>
    World.run('reuse', (world) => {
      const first = world.take(BLOCK_SIZE - 1);
      world.take(1, world.now + 500);
      world.now += 499;
      expect(world.take(1).some((index) => first.includes(index))).toBe(false);
      world.take(BLOCK_SIZE - 1, world.now + 10_000);
      world.now += 1;
      expect(world.take(BLOCK_SIZE).toSorted()).toEqual([...first, BLOCK_SIZE - 1].toSorted());
    }));

  it('begins a block anew with no bit set', () =>
    World.run('clean', (world) => {
      world.take(BLOCK_SIZE);
      world.shard.revoke([{ index: 7, until: world.now + 1_000 }]);
      world.now += 100;
      expect(world.take(1)).toEqual([0]);
      expect(world.shard.list().revoked).toEqual([]);
    }));

  it('lets a bit stand until the last token is dead, however often it is set', () =>
    World.run('bits', (world) => {
      world.take(10);
      world.shard.revoke([
        { index: 3, until: world.now + 60 },
        { index: 5, until: world.now + 10 },
      ]);
      world.shard.revoke([{ index: 3, until: world.now + 30 }]);
      expect(world.shard.list().revoked).toEqual([3, 5]);
      world.now += 59;
      expect(world.shard.list().revoked).toEqual([3]);
      world.now += 1;
      expect(world.shard.list().revoked).toEqual([]);
      world.shard.revoke([]);
      expect(world.sql.exec('SELECT * FROM revoked').toArray()).toEqual([]);
    }));

  it('says when it is full', () =>
    World.run('full', (world) => {
      for (let block = 0; block < MOST_BLOCKS; block += 1)
        world.sql.exec('INSERT INTO blocks VALUES (?, ?, ?)', block, BLOCK_SIZE, world.now + 100);
      expect(world.shard.allocate(world.now + 100)).toBe('full');
      world.now += 100;
      expect(world.shard.allocate(world.now + 100)).not.toBe('full');
    }));

  it('writes one row for a sign-in and one for the end of a session', () =>
    World.run('rows', (world) => {
      world.take(1);
      const written: number[] = [];
      const exec = world.sql.exec.bind(world.sql);
      Object.defineProperty(world.sql, 'exec', {
        value: (...args: Parameters<typeof exec>) => {
          const cursor = exec(...args);
          queueMicrotask(() => written.push(cursor.rowsWritten));
          return cursor;
        },
      });
      world.take(1);
      world.shard.revoke([{ index: 0, until: world.now + 60 }]);
      return Promise.resolve().then(() => expect(written.reduce((sum, rows) => sum + rows, 0)).toBe(2));
    }));
});
