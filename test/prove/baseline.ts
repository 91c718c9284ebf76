import { BATCH } from '../model/check.ts';
import type { Counts } from '../model/ledger.ts';
import type { IssuerName, Order } from '../model/worker.ts';
import type { Part } from './part.ts';
import { runBatches, sumCounts } from './random.ts';

const HISTORIES = 5_000;

/** What the histories of the random model do to the same rotation without a guard, straight on KV, next to edgemint. */
export async function proveBaseline({ seed }: { seed: number }): Promise<Part> {
  const unguarded = await census('unguarded', seed);
  const guarded = await census('guarded', seed);
  const row = (label: string, what: string) =>
    `| ${label} | ${count(unguarded[what])} | ${count(guarded[what])} |`;
  return {
    name: 'baseline',
    ok: guarded.replays === 0 && guarded['honest sessions signed out'] === 0 && (unguarded.replays ?? 0) > 0,
    lines: [
      `${count(HISTORIES)} histories, seed ${seed}`,
      '| | rotation straight on KV | edgemint |',
      '|---|---|---|',
      row('sessions', 'sessions'),
      row('refresh tokens presented', 'requests'),
      row('replays accepted', 'replays'),
      row('honest sessions signed out', 'honest sessions signed out'),
    ],
  };
}

async function census(issuer: IssuerName, seed: number): Promise<Counts> {
  const orders: Order[] = [];
  for (let done = 0; done < HISTORIES; done += BATCH)
    orders.push({ issuer, isCensus: true, seed: seed + done, runs: BATCH });
  return sumCounts((await runBatches(orders)).map(({ counts }) => counts));
}

function count(times = 0): string {
  return times.toLocaleString('en');
}
