import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { packStatuses } from '../../src/core/status/status-list.ts';
import { keepStatuses, type Statuses } from '../../src/verify/statuses.ts';

const FULL = 1_048_576;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function keep(bits: number): { isSetAt: Statuses; bytes: WeakRef<Uint8Array> } {
  const revoked = Array.from({ length: bits }, (_, bit) => bit * 10);
  const bytes = packStatuses({ size: FULL, revoked });
  return { isSetAt: keepStatuses(bytes), bytes: new WeakRef(bytes) };
}

/** An issuer of a hundred million users has a thousand lists of 128 KiB, and a Worker 128 MB for everything. */
it('a verifier lets go of a list with few bits set, and keeps one with many as it is', async () => {
  const [few, many] = [keep(1_000), keep(100_000)];
  // What a WeakRef was just made for stays till the next turn (ECMAScript section 9.10).
  await pause(0);
  collectGarbage();
  expect([few.bytes.deref(), many.bytes.deref()?.length]).toEqual([undefined, FULL / 8]);
  for (const { isSetAt } of [few, many]) expect([isSetAt(9_990), isSetAt(9_991)]).toEqual([true, false]);
});
