import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toSvg } from './plot.ts';
import { toDetails, toMarkdown, toScale } from './report.ts';
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

The same load among more and more users:

${toScale(all)}

## How

${runs.join('\n')}

A ratio is the median of all turns' ratios, each turn held against the same turn of the other. Every value is in \`results.json\`.

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
