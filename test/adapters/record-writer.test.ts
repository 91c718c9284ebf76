import { describe, expect, it } from 'vitest';
import { type RecordSource, RecordWriter } from '../../src/adapters/account-guard/record-writer.ts';

const NOW = 1_000_000;
const UNKNOWN = { heldUntil: 0, missing: undefined, deletingSince: undefined, livenessChangedAt: undefined };

const source: RecordSource = {
  username: 'ann',
  record: () => ({ highest: 1, sessions: [] }),
  confirmed: () => undefined,
  missing: () => undefined,
  deleting: () => undefined,
  deleted: () => undefined,
};

/** Does something so many microtasks from now. */
async function inTicks(ticks: number, work: () => void): Promise<void> {
  for (let tick = 0; tick < ticks; tick += 1) await undefined;
  work();
}

describe('the record writer', () => {
  it('takes a miss that a given-up read reports late for no second look', async () => {
    let now = NOW;
    let deletions = 0;
    const hung = Promise.withResolvers<string | null>();
    const answers = [hung.promise, Promise.resolve(null)];
    const store = { get: () => answers.shift() } as unknown as KVNamespace;
    const deleted = () => {
      deletions += 1;
    };
    const watched = { ...source, deleted };
    const known = { ...UNKNOWN, heldUntil: NOW + 86_400 };
    const writer = new RecordWriter(store, watched, () => now, known);
    const first = writer.run();
    now += 30;
    await writer.run();
    now = writer.nextAt();
    await writer.run();
    hung.resolve(null);
    await first;
    expect(answers).toEqual([]);
    expect(deletions).toBe(0);
    expect(writer.nextAt()).toBe(now + 300);
  });

  it.each([...Array(12).keys()])('loses no change %i ticks after KV answered a write', async (ticks) => {
    let writes = 0;
    let now = NOW;
    const runs: Promise<void>[] = [];
    const change = () => {
      writer.touch({ changesLiveness: false });
      runs.push(writer.run());
    };
    const store = {
      async delete() {
        writes += 1;
        if (writes === 1) void inTicks(ticks, change);
      },
    } as Partial<KVNamespace> as KVNamespace;
    const writer = new RecordWriter(store, source, () => now, UNKNOWN);
    change();
    await inTicks(ticks + 20, () => undefined);
    await Promise.all(runs);
    expect(writer.nextAt()).toBe(NOW + 1);
    now += 1;
    await writer.run();
    expect(writer.nextAt()).toBe(Number.POSITIVE_INFINITY);
    expect(writes).toBe(2);
  });
});
