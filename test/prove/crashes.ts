import { makeAssets } from '../../scripts/assets.ts';
import { checkBundle } from '../../scripts/lib/bundle.ts';
import { runCrashes } from '../crash/crash-run.ts';
import type { ProveFlags } from './flags.ts';
import type { Part } from './part.ts';

const USERS = 4;
const SHOWN_PROBLEMS = 20;

/** SIGKILL to a running issuer, again and again, under honest clients. */
export async function proveCrashes({ seed, kills, clients }: ProveFlags): Promise<Part> {
  await makeAssets();
  await checkBundle();
  const run = await runCrashes({ kills, clients, users: USERS, seed });
  return {
    name: 'crashes',
    ok: run.problems.length === 0,
    lines: [
      `${kills} kills, ${clients} clients: ${run.operations} operations, ${run.accepted} refreshes accepted, ${run.lost} lost, ${run.late} late duplicates`,
      ...run.problems.slice(0, SHOWN_PROBLEMS),
    ],
  };
}
