import { type CrashRunOptions, runCrashes } from '../crash/crash-run.ts';
import { CrashableIssuer } from '../crash/crashable-issuer.ts';
import type { ProveFlags } from './flags.ts';
import type { Part } from './part.ts';

const CLIENTS_OF_A_USER = 4;
const SHOWN_PROBLEMS = 20;

/**
 * SIGKILL to a running issuer, again and again, under honest clients.
 *
 * @param out where to keep the history, as docs/histories.md describes it
 */
export async function proveCrashes(
  { seed, kills, clients }: Pick<ProveFlags, 'seed' | 'kills' | 'clients'>,
  { host = 'workerd', out }: Pick<CrashRunOptions, 'host'> & { out?: string | undefined } = {},
): Promise<Part> {
  if (host === 'workerd') await CrashableIssuer.build();
  const users = Math.ceil(clients / CLIENTS_OF_A_USER);
  const run = await runCrashes({ kills, clients, users, seed, host });
  if (out !== undefined) await run.history.save(out);
  return {
    name: 'crashes',
    ok: run.problems.length === 0 && run.unlinearizable.length === 0,
    lines: [
      `${kills} kills of ${host}, ${clients} clients of ${users} users, every second one two tabs on a cookie jar, every fourth one by OAuth; seed ${seed}`,
      `${run.operations} operations, ${run.sessions} sessions, ${run.accepted} refreshes accepted, ${run.late} sent on by a 409`,
      `${run.lost} connections lost, ${run.dropped} answers dropped, ${run.duplicated} requests doubled later, ${run.unavailable} times 503`,
      `${run.sessions - run.unlinearizable.length} sessions linearizable${run.unlinearizable.map((key) => `, NOT ${key}`).join('')}`,
      ...run.problems.slice(0, SHOWN_PROBLEMS),
    ],
  };
}
