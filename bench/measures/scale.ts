import { COLD, WARM } from '../figures.ts';
import { type Sample, timed } from '../turns.ts';
import { Users } from '../users.ts';
import type { Workbench } from '../workbench.ts';

export const POPULATIONS = [100, 1_000, 10_000, 100_000];
const PLACE = 'scale';
/** So many refresh: their guards have been at work before, and the process is new. */
const REFRESHING = 100;
const PASSES = 5;

/** The same load among 100 users and among 100,000: each has its record in KV and its row in D1. */
export async function measureScale(bench: Workbench): Promise<Sample[][]> {
  const samples: Sample[] = [];
  let population = 0;
  for (const next of POPULATIONS.filter((each) => each <= bench.sizes.largest)) {
    const added = Array.from({ length: next - population }, (_, index) => `user-${population + index}`);
    population = next;
    // Nobody who refreshed among fewer users: those tokens are spent.
    const some = added.splice(0, REFRESHING);
    const users = new Users(await bench.seed(PLACE, some));
    if (added.length > 0) await bench.seed(PLACE, added, some[0]);
    samples.push(...(await measureAmong(bench, population, users)));
  }
  return [samples];
}

async function measureAmong(bench: Workbench, population: number, users: Users): Promise<Sample[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let pass = 0; pass <= PASSES; pass += 1) {
    const served = await bench.start('edgemint', PLACE);
    const turn = async () => {
      const seconds = await timed(async () => {
        for (let user = 0; user < users.tokens.length; user += 1) await users.refresh(served, user);
      });
      return (seconds * 1_000) / users.tokens.length;
    };
    try {
      const [first, second] = [await turn(), await turn()];
      // The first pass makes the guards.
      if (pass > 0) cold.push(first);
      if (pass > 0) warm.push(second);
    } finally {
      await served.stop();
    }
  }
  const of = String(population);
  return [
    { figure: COLD, of, turns: cold, errors: users.takeErrors() },
    { figure: WARM, of, turns: warm, errors: 0 },
  ];
}
