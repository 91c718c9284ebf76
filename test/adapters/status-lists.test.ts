import { afterEach, describe, expect, it, vi } from 'vitest';
import { createStatusLists, MOST_SHARDS } from '../../src/adapters/status-shard/status-lists.ts';

/** The lists over shards of which some are full, and which of them were asked. */
function createLists(isFull: (shard: number) => boolean) {
  const asked: number[] = [];
  const state = { now: 4_000_000_000, asked };
  const getByName = (name: string) => ({
    async allocate() {
      asked.push(Number(name));
      return isFull(Number(name)) ? 'full' : 7;
    },
  });
  return { state, lists: createStatusLists({ getByName } as never, 600, () => state.now) };
}

afterEach(() => void vi.restoreAllMocks());

describe('a place in the status lists', () => {
  it('is in the first list, while that has one', async () => {
    const { state, lists } = createLists(() => false);
    for (let turn = 0; turn < 20; turn += 1)
      expect(await lists.allocate(state.now)).toEqual({ shard: 0, index: 7 });
  });

  it('is in another where one is full, and no more lists are begun for that', async () => {
    const { state, lists } = createLists((shard) => shard === 0);
    for (let turn = 0; turn < 5_000; turn += 1) {
      state.now += 1;
      expect(await lists.allocate(state.now)).toEqual({ shard: 1, index: 7 });
    }
    expect(state.asked.filter((shard) => shard === 0).length).toBeLessThan(30);
  });

  it('is looked for in more and more lists while all are full, and then there is none', async () => {
    const last = createLists((shard) => shard < 3);
    expect(await last.lists.allocate(last.state.now)).toEqual({ shard: 3, index: 7 });
    const { state, lists } = createLists(() => true);
    for (let turn = 0; turn < 100; turn += 1)
      await expect(lists.allocate(state.now)).rejects.toThrow('A free place in the status lists');
    expect(state.asked).toContain(MOST_SHARDS - 1);
    expect(new Set(state.asked).size).toBe(state.asked.length);
  });

  it.each([32, 64, 128, 256, 512])(
    'is found by each isolate where the first %i are full, without asking all of those',
    async (full) => {
      const found: number[] = [];
      for (let isolate = 0; isolate < 200; isolate += 1) {
        const { state, lists } = createLists((shard) => shard < full);
        found.push((await lists.allocate(state.now)).shard);
        expect(state.asked.length).toBeLessThanOrEqual(64);
      }
      for (const shard of found) expect(shard).toBeGreaterThanOrEqual(full);
      // Any of them, so that none is a hot spot; and none before it is needed.
      expect(new Set(found).size).toBeGreaterThan(full / 5);
      expect(Math.max(...found)).toBeLessThan(2 * full);
    },
  );

  it('is found in the very last list', async () => {
    const { state, lists } = createLists((shard) => shard < MOST_SHARDS - 1);
    for (let turn = 0; turn < 10; turn += 1) {
      expect(await lists.allocate(state.now)).toEqual({ shard: MOST_SHARDS - 1, index: 7 });
      state.now += 301;
    }
  });

  it.each([
    ['the very last', [MOST_SHARDS - 1]],
    ['the last few', [MOST_SHARDS - 3, MOST_SHARDS - 2, MOST_SHARDS - 1]],
  ])('is found where only %s are full, though the first were full when they were begun', async (_, full) => {
    let isFull = (shard: number) => shard < MOST_SHARDS / 2;
    const { state, lists } = createLists((shard) => isFull(shard));
    await lists.allocate(state.now);
    isFull = (shard) => full.includes(shard);
    state.now += 301;
    // The last one that may be is asked first.
    vi.spyOn(Math, 'random').mockReturnValue(0.999_999);
    const next = Math.min(...full) - 1;
    expect(await lists.allocate(state.now)).toEqual({ shard: next, index: 7 });
    expect(state.asked).toEqual(expect.arrayContaining(full));
  });

  it('is looked for again in five minutes where a list was full', async () => {
    let full = 4;
    const { state, lists } = createLists((shard) => shard < full);
    await lists.allocate(state.now);
    full = 0;
    state.now += 300;
    for (let turn = 0; turn < 100; turn += 1) await lists.allocate(state.now);
    expect(new Set(state.asked.slice(-100)).size).toBe(8);
  });
});

describe('a bit', () => {
  it.each([
    ['as long as the tokens of now live', { mintedAt: 100 }, 760],
    ['as long as those of an earlier setting live', { mintedAt: 100, tokensUntil: 3_700 }, 3_760],
    ['no shorter than those of now, where they are longer', { mintedAt: 100, tokensUntil: 130 }, 760],
  ])('stands %s', async (_, life, until) => {
    const set: unknown[] = [];
    const getByName = () => ({ revoke: async (bits: unknown[]) => void set.push(...bits) });
    let now = until - 1;
    const lists = createStatusLists({ getByName } as never, 600, () => now);
    for (let turn = 0; turn < 2; turn += 1) {
      await lists.revoke([{ shard: 0, index: 7, ...life }]);
      expect(set).toEqual([{ index: 7, until }]);
      now = until;
    }
  });
});
