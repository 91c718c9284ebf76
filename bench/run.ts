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
import { type Sizes, Workbench } from './workbench.ts';

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
const { only, out, ...numbers } = values;
const names = only.split(',');
const unknown = names.filter((name) => !(name in MEASURES));
if (unknown.length > 0) throw new Error(`There is no measure ${unknown.join(', ')}`);
const sizes = Object.fromEntries(
  Object.entries(numbers).map(([name, value]) => [name, Number(value)]),
) as Sizes;

const peers = join(import.meta.dirname, 'peers');
if (!existsSync(join(peers, 'node_modules')))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peers });
await makeAssets();
await checkBundle();

/** In memory where that can be, for all contestants: it is not the machine's disk that is measured. */
const MEMORY = '/dev/shm';
const results = join(ROOT, out);
const folder = await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'edgemint-bench-'));
try {
  for (const name of names as (keyof typeof MEASURES)[]) {
    const taken = await MEASURES[name](new Workbench(folder, sizes));
    const flags = Object.entries(sizes).map(([size, value]) => `--${size} ${value}`);
    const result = {
      command: `npm run bench -- --only ${name} ${flags.join(' ')}`,
      machine: `${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}`,
      rounds: taken,
    };
    // After each measure: a long run that is broken off has measured something all the same.
    await writeResults(results, { ...(await readResults(results)), [name]: result }, Object.keys(MEASURES));
    console.log(`${toMarkdown(taken)}\n\n${toDetails(taken)}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
