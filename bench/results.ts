import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toSvg } from './plot.ts';
import { toDetails, toLimits, toMarkdown, toScale } from './report.ts';
import type { Sample } from './turns.ts';

/** What one measure gave: how it was run, where, and every value. */
export type Result = { command: string; machine: string; rounds: Sample[][] };

/** By the measure's name. A measure that is run again takes the place of its last run. */
export type Results = Record<string, Result>;

export async function readResults(folder: string): Promise<Results> {
  try {
    return JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Results;
  } catch {
    return {};
  }
}

/** Writes the values, and what is read from them as they are written: one JSON, one Markdown page, one plot. */
export async function writeResults(
  folder: string,
  results: Results,
  order: readonly string[],
): Promise<void> {
  const text = format(
    Object.fromEntries(order.flatMap((name) => (results[name] ? [[name, results[name]]] : []))),
  );
  const written = JSON.parse(text) as Results;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'results.json'), `${text}\n`);
  await writeFile(join(folder, 'results.md'), describeResults(written));
  if (written.refresh) await writeFile(join(folder, 'refresh.svg'), toSvg(written.refresh.rounds));
}

export function describeResults(results: Results): string {
  const all = Object.values(results).flatMap(({ rounds }) => rounds);
  const runs = Object.values(results).map(({ command, machine }) => `- \`${command}\`: ${machine}`);
  return `# Measured

${toMarkdown(all)}

![refreshes a second](refresh.svg)

The guarded floor has edgemint's bindings and an object for each user. A refresh writes one row in that, looks into KV if the object is new, puts the
record there behind the answer, and signs: no rotation through a guard does less. It opens no token, decides nothing, and answers 200 to everybody.
What it makes of the same bars:

${toLimits(all)}

The same load among more and more users:

${toScale(all)}

## How

${runs.join('\n')}

A ratio is the median of all turns' ratios, each turn held against the same turn of the other, of two others against the better one of that turn.
"By turns" says how many of them meet the bar by themselves. Every value is in \`results.json\`.

- Each contestant is the bundle that a deploy would make, in a process of its own, new in each round, with its storage in memory; bundles, tables and
  users are there before anything is timed. One client, undici over 16 connections, calls all of them, on the same cores. The constants show
  what can be had of it at most, HTTP included: twice the fastest refreshes, while most of what a document takes is HTTP, for both sides.
- edgemint has the settings that it is deployed with, but for what no measured call meets: higher rate limits, and no delay of failures. Asset
  routing, which is Cloudflare's and stands before a Worker, is left off for all.
- A user refreshes with the newest token it got, and sends nothing else. Errors are answers other than 200. One after another, users come to a
  process that didn't mint their tokens; as fast as they can, to the one that did, which remembers them. And then nearly none of edgemint's refreshes,
  nor of the guarded floor's, pays for a KV write: a guard writes once a second at most, where the others write each time.
- OpenAuth keeps used refresh tokens for 90 s here: with its own 60 s it asks KV now and then for 59, which KV refuses, and answers 400.
- Start is from workerd's start to the first answer, a GET; the first refresh comes next in that process, of a user who refreshed in an earlier one.
- Verifications are 2,000 in a request, of tokens that lie in the Worker, each presentation a string of its own; time is taken outside, as a Worker's clock stands still.
- Among more and more users, each has its record in KV and its row in D1; a hundred of them, who have guards, refresh in a new process, and then once more.

${toDetails(all)}
`;
}

/** A sample a line: a change of one is a change of one line. */
function format(results: Results): string {
  const samples = new Map<string, string>();
  const text = JSON.stringify(
    results,
    (_, value) => {
      if (!Array.isArray(value?.turns)) return value;
      const name = `sample ${samples.size}`;
      const turns = value.turns.map((turn: number) => Number(turn.toPrecision(5)));
      samples.set(JSON.stringify(name), JSON.stringify({ ...value, turns }));
      return name;
    },
    2,
  );
  return text.replace(/"sample \d+"/g, (name) => samples.get(name) ?? name);
}
