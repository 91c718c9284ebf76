import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAssets } from '../scripts/assets.ts';
import { checkBundle } from '../scripts/lib/bundle.ts';
import { ROOT } from '../scripts/lib/project.ts';
import type { ContestantName } from './contestants.ts';
import { measureDocuments, measureRefresh, measureVerify, type Sample } from './measures.ts';
import { judge, toMarkdown, toSvg } from './report.ts';

/** `npm run bench -- [--rounds 3] [--users 200] [--seconds 3] [--calls 2000]`: everything as a ratio within a round, its order reversed each time. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    users: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '3' },
    calls: { type: 'string', default: '2000' },
    out: { type: 'string', default: 'docs/bench' },
  },
});
const sizes = { users: Number(values.users), seconds: Number(values.seconds), calls: Number(values.calls) };
const REFRESHING: readonly ContestantName[] = ['floor', 'edgemint', 'openauth', 'workers-oauth-provider'];

const peers = join(import.meta.dirname, 'peers');
if (!existsSync(join(peers, 'node_modules')))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peers });
await makeAssets();
await checkBundle();

const rounds: Sample[][] = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  const isReversed = round % 2 === 1;
  const ordered = <T>(all: readonly T[]) => (isReversed ? all.toReversed() : all);
  const samples: Sample[] = [];
  samples.push(...(await measureRefresh(ordered(REFRESHING), sizes)));
  samples.push(...(await measureDocuments(ordered(['floor', 'edgemint'] as const), sizes)));
  samples.push(...(await measureVerify(sizes)));
  rounds.push(samples);
  // After each round: a long run that is broken off has measured something all the same.
  await save();
  console.log(`round ${round + 1} of ${values.rounds}`);
}
console.log(toMarkdown(judge(rounds)));

async function save(): Promise<void> {
  const lines = judge(rounds);
  const command = `npm run bench -- --rounds ${rounds.length} --users ${values.users} --seconds ${values.seconds} --calls ${values.calls}`;
  const folder = join(ROOT, values.out);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'results.json'), `${JSON.stringify({ command, lines, rounds }, null, 2)}\n`);
  await writeFile(
    join(folder, 'results.md'),
    `# Measured\n\n\`${command}\`, medians of the rounds' ratios; raw values in results.json. ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}.\n\n${toMarkdown(lines)}\n\n![refreshes a second](refresh.svg)\n`,
  );
  await writeFile(join(folder, 'refresh.svg'), toSvg(rounds));
}
