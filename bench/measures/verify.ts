import { NEW_TOKENS, SAME_TOKENS } from '../figures.ts';
import { inTurns, orderOf, type Sample, TURNS, timed } from '../turns.ts';
import type { Workbench } from '../workbench.ts';

const WAYS = ['edgemint', 'jose', 'bare'] as const;
const REPEATED = 100;

/**
 * Verifications a second, thousands in a request, so that HTTP doesn't drown them; all three ways in one Worker. What is to be
 * verified lies in it before the request that is timed, and time is taken outside: a Worker's clock stands still.
 */
export async function measureVerify(bench: Workbench): Promise<Sample[][]> {
  const { rounds: count, calls } = bench.sizes;
  const rounds: Sample[][] = [];
  for (let round = 0; round < count; round += 1) {
    const served = await bench.start('verify', 'verify');
    const get = async (path: string) => {
      const { status, text } = await served.get(path);
      if (status !== 200) throw new Error(`${path} answered ${status} ${text}`);
    };
    const measure = async (figure: string, prepare: string): Promise<Sample[]> => {
      const one = async (how: string) => {
        await get(prepare);
        return calls / (await timed(() => get(`/${how}`)));
      };
      for (const how of WAYS) await one(how);
      const taken = await inTurns(orderOf(round, WAYS), one, 3 * TURNS);
      return [...taken].map(([of, turns]) => ({ figure, of, turns, errors: 0 }));
    };
    try {
      await get(`/prepare?tokens=${REPEATED}&calls=${calls}`);
      const same = await measure(SAME_TOKENS, `/present?calls=${calls}`);
      const other = await measure(NEW_TOKENS, `/prepare?tokens=${calls}&calls=${calls}`);
      rounds.push([...same, ...other]);
    } finally {
      await served.stop();
    }
  }
  return rounds;
}
