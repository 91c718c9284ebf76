import { describe, expect, it } from 'vitest';
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
    for (let turn = 0; turn < MOST_SHARDS; turn += 1)
      await expect(lists.allocate(state.now)).rejects.toThrow('A free place in the status lists');
    expect(new Set(state.asked).size).toBe(MOST_SHARDS);
    expect(state.asked.length).toBe(MOST_SHARDS);
  });
});
