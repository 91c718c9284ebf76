import { parseArgs } from 'node:util';
import { makeAssets } from '../../scripts/assets.ts';
import { checkBundle } from '../../scripts/lib/bundle.ts';
import { runCrashes } from './crash-run.ts';

/** `node test/crash/run.ts [--kills 100] [--clients 16] [--users 4] [--seed N] [--out history.jsonl]` */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    clients: { type: 'string', default: '16' },
    users: { type: 'string', default: '4' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    out: { type: 'string' },
  },
});

await makeAssets();
await checkBundle();
const seed = Number(values.seed);
const run = await runCrashes({
  kills: Number(values.kills),
  clients: Number(values.clients),
  users: Number(values.users),
  seed,
});
if (values.out) await run.history.save(values.out);
console.log(
  `crashes: ${values.kills} kills, ${values.clients} clients, ${run.operations} operations, ${run.accepted} refreshes accepted, ` +
    `${run.lost} lost, ${run.late} late duplicates, seed ${seed}: ${run.problems.length === 0 ? 'no violation' : 'VIOLATION'}`,
);
for (const problem of run.problems.slice(0, 20)) console.log(`  ${problem}`);
process.exitCode = run.problems.length === 0 ? 0 : 1;
