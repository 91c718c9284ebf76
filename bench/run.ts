import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAssets } from '../scripts/assets.ts';
import { checkBundle } from '../scripts/lib/bundle.ts';
import { ROOT } from '../scripts/lib/project.ts';
import { measureDocuments } from './measures/documents.ts';
import { measureRefresh } from './measures/refresh.ts';
import { measureScale } from './measures/scale.ts';
import { measureStart } from './measures/start.ts';
import { measureVerify } from './measures/verify.ts';
import { toDetails, toMarkdown } from './report.ts';
import { readResults, writeResults } from './results.ts';
import { Workbench } from './workbench.ts';

const MEASURES = {
  refresh: measureRefresh,
  documents: measureDocuments,
  verify: measureVerify,
  start: measureStart,
  scale: measureScale,
};

/**
 * `npm run bench -- [--only refresh,verify] [--rounds 3] [--users 2000] [--seconds 5] [--calls 2000] [--largest 100000] [--out docs/bench]`
 *
 * Each round has processes of its own, in reversed order; what was measured of a measure before is replaced.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(MEASURES).join(',') },
    rounds: { type: 'string', default: '3' },
    users: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '5' },
    calls: { type: 'string', default: '2000' },
    largest: { type: 'string', default: '100000' },
    out: { type: 'string', default: 'docs/bench' },
  },
});
const names = values.only.split(',');
const unknown = names.filter((name) => !(name in MEASURES));
if (unknown.length > 0) throw new Error(`There is no measure ${unknown.join(', ')}`);
const [rounds, users, seconds, calls, largest] = [
  values.rounds,
  values.users,
  values.seconds,
  values.calls,
  values.largest,
].map(Number) as [number, number, number, number, number];
const sizes = { rounds, users, seconds, calls, largest };

const peers = join(import.meta.dirname, 'peers');
if (!existsSync(join(peers, 'node_modules')))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peers });
await makeAssets();
await checkBundle();

/** In memory where that can be, for all contestants: it is not the machine's disk that is measured. */
const MEMORY = '/dev/shm';
const folder = await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'edgemint-bench-'));
try {
  for (const name of names as (keyof typeof MEASURES)[]) {
    const taken = await MEASURES[name](new Workbench(folder, sizes));
    const out = join(ROOT, values.out);
    const flags = process.argv
      .slice(2)
      .filter((each, index, all) => !/^--(only|out)$/.test(all[index - 1] ?? each));
    const result = {
      command: ['npm run bench -- --only', name, ...flags].join(' '),
      machine: `${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}`,
      rounds: taken,
    };
    // After each measure: a long run that is broken off has measured something all the same.
    await writeResults(out, { ...(await readResults(out)), [name]: result });
    console.log(`${toMarkdown(taken)}\n\n${toDetails(taken)}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
