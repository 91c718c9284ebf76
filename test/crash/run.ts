import { parseArgs } from 'node:util';
import { proveCrashes } from '../prove/crashes.ts';

/** `node test/crash/run.ts [--kills 100] [--clients 16] [--seed N] [--start] [--out history.jsonl]`, `--start`: kills `npm start`. */
const number = (standard: number) => ({ type: 'string', default: String(standard) }) as const;
const { values } = parseArgs({
  options: {
    kills: number(100),
    clients: number(16),
    seed: number(Date.now() % 2 ** 31),
    start: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});

const { ok, lines } = await proveCrashes(
  { seed: Number(values.seed), kills: Number(values.kills), clients: Number(values.clients) },
  { host: values.start ? 'npm start' : 'workerd', out: values.out },
);
for (const line of lines) console.log(line);
console.log(ok ? 'no violation' : 'VIOLATION');
process.exitCode = ok ? 0 : 1;
