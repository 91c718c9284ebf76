import type { ContestantName } from '../contestants.ts';
import { FIRST_REFRESH, START } from '../figures.ts';
import { inTurns, orderOf, type Sample, TURNS, timed } from '../turns.ts';
import type { Users } from '../users.ts';
import type { Workbench } from '../workbench.ts';

const STARTING: readonly ContestantName[] = ['floor', 'guarded-floor', 'edgemint'];

/**
 * Seconds from the start of workerd's process to its first answer, a GET; and of the first refresh in that process, with no key
 * derived and no guard at work. Bundles, tables and the users' earlier uses are there before, in the same kind of storage for both.
 */
export async function measureStart(bench: Workbench): Promise<Sample[][]> {
  const all = new Map<ContestantName, Users>();
  for (const name of STARTING) all.set(name, await bench.prepareUsers(name, 'start', TURNS));
  const rounds: Sample[][] = [];
  for (let round = 0; round < bench.sizes.rounds; round += 1) {
    const first = new Map<ContestantName, number[]>(STARTING.map((name) => [name, []]));
    const starts = await inTurns(orderOf(round, STARTING), async (name, turn) => {
      const served = await bench.start(name, 'start');
      try {
        const users = all.get(name);
        first.get(name)?.push(await timed(async () => users?.refresh(served, turn)));
      } finally {
        await served.stop();
      }
      return served.startSeconds;
    });
    rounds.push([
      ...[...starts].map(([of, turns]) => ({ figure: START, of, turns, errors: 0 })),
      ...[...first].map(([of, turns]) => {
        return { figure: FIRST_REFRESH, of, turns, errors: all.get(of)?.takeErrors() ?? 0 };
      }),
    ]);
  }
  return rounds;
}
