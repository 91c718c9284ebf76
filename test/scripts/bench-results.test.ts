import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toSvg } from '../../bench/plot.ts';
import { toLimits, toMarkdown } from '../../bench/report.ts';
import { describeResults, readResults } from '../../bench/results.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/bench');
const results = await readResults(FOLDER);
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

describe('what the benchmarks gave', () => {
  it('is there for each measure', () => {
    expect(Object.keys(results)).toEqual(['refresh', 'documents', 'verify', 'start', 'scale']);
  });

  it('is what the page, the plot and the README show', async () => {
    const rounds = Object.values(results).flatMap((result) => result.rounds);
    expect(await read('docs/bench/results.md')).toBe(describeResults(results));
    expect(await read('docs/bench/refresh.svg')).toBe(toSvg(results.refresh?.rounds ?? []));
    expect(await read('README.md')).toContain(toMarkdown(rounds));
    expect(await read('README.md')).toContain(toLimits(rounds));
  });
});
