import { BATCH, type CheckResult, describeFall } from '../model/check.ts';
import type { Counts } from '../model/ledger.ts';
import type { Order } from '../model/worker.ts';
import { type ModelHost, startModel } from './model-host.ts';
import type { Part } from './part.ts';

/** Each has a thread of its own. */
const HOSTS = 2;

export type RandomFlags = { runs: number; seed: number; path?: string | undefined };

/** Generated histories of honest clients, thieves, networks and disasters around the real guards, on the hostile KV. */
export async function proveRandom({ runs, seed, path }: RandomFlags): Promise<Part> {
  const batches: Order[] = [];
  for (let done = 0; done < runs; done += BATCH) {
    const order = { issuer: 'guarded', seed: seed + done, runs: Math.min(BATCH, runs - done) } as const;
    batches.push(path === undefined ? order : { ...order, path });
    if (path !== undefined) break;
  }
  const results = await runBatches(batches);
  const fall = results.find((result) => result.fall)?.fall;
  const counts = sumCounts(results.map((result) => result.counts));
  const again = fall && `npm run prove -- --only random --seed ${fall.seed} --path ${fall.path}`;
  return {
    name: 'random',
    ok: fall === undefined,
    lines: [
      ...describeCounts(counts),
      ...(fall ? [...describeFall(fall), `this history again: ${again}`] : []),
    ],
  };
}

/** Runs orders on several hosts; after a fall no more are begun. */
export async function runBatches(batches: readonly Order[], hosts = HOSTS): Promise<CheckResult[]> {
  const waiting = [...batches];
  const results: CheckResult[] = [];
  const work = async (host: ModelHost) => {
    for (let order = waiting.shift(); order; order = waiting.shift()) {
      const result = await host.run(order);
      results.push(result);
      if (result.fall) waiting.length = 0;
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(hosts, batches.length) }, async () => {
      const host = await startModel();
      await work(host).finally(() => host.stop());
    }),
  );
  return results;
}

export function sumCounts(all: readonly Counts[]): Counts {
  const sum: Counts = {};
  for (const counts of all)
    for (const [what, times] of Object.entries(counts)) sum[what] = (sum[what] ?? 0) + times;
  return sum;
}

export function describeCounts(counts: Counts): string[] {
  return Object.entries(counts).map(([what, times]) => `${times.toLocaleString('en').padStart(10)}  ${what}`);
}
