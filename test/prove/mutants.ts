import { BATCH, type Fall } from '../model/check.ts';
import { startModel } from './model-host.ts';
import type { Part } from './part.ts';
import type { Patch } from './patch.ts';
import { PATCHES } from './patches.ts';

/** A bug that so many histories don't find is not caught. */
const MOST_HISTORIES = 10_000;
const HOSTS = 2;

/** `fall`: the first history that shows the bug, as it was found. */
export type Caught = { patch: Patch; seed: number; fall: Fall | undefined; after: number };

/** Puts bugs into copies of the product's sources, one at a time, and shows which property of the random model falls. */
export async function proveMutants({ seed }: { seed: number }): Promise<Part> {
  const waiting = [...PATCHES];
  const caught: Caught[] = [];
  const work = async () => {
    for (let patch = waiting.shift(); patch; patch = waiting.shift()) caught.push(await hunt(patch, seed));
  };
  await Promise.all(Array.from({ length: HOSTS }, work));
  const inOrder = caught.toSorted((a, b) => PATCHES.indexOf(a.patch) - PATCHES.indexOf(b.patch));
  return {
    name: 'mutants',
    ok: caught.every(({ fall }) => fall !== undefined),
    lines: [
      '| mutant | place | caught by the random model | after histories | seed |',
      '|---|---|---|---|---|',
      ...inOrder.map(describe),
    ],
  };
}

/** Lets histories happen to a mutant until a property falls. */
export async function hunt(patch: Patch, seed: number, most = MOST_HISTORIES): Promise<Caught> {
  const host = await startModel(patch);
  try {
    for (let done = 0; done < most; done += BATCH) {
      const order = { issuer: 'guarded', isUnshrunk: true, seed: seed + done, runs: BATCH } as const;
      const { fall } = await host.run(order);
      if (fall) return { patch, seed: fall.seed, fall, after: done + fall.after + 1 };
    }
    return { patch, seed, fall: undefined, after: most };
  } finally {
    await host.stop();
  }
}

function describe({ patch, seed, fall, after }: Caught): string {
  const [first] = fall?.violations ?? [];
  const by = first ? `${first.property}: ${first.what}` : '**not caught**';
  return `| ${patch.name} | \`${patch.place}\` | ${by} | ${after.toLocaleString('en')} | ${seed} |`;
}
