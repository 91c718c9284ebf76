import { expect, it } from 'vitest';
import { readTree } from '../support/source-tree.ts';

const MOST_LINES = 250;
/** What may be longer, and why. */
const LONGER: ReadonlyMap<string, string> = new Map([
  ['test/conformance/requirements/rfc6749.ts', 'a table of one specification’s demands'],
  ['test/schemes/aws4/vectors.ts', 'a table of AWS’s test vectors'],
  ['test/model/ledger.ts', 'the books of one observer: each property is judged by all that was written down'],
]);

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

const files = new Map([...readTree('src'), ...readTree('test')]);

it('a file that passes 250 lines is two things: it is parted', () => {
  expect(files.size).toBeGreaterThan(300);
  const long = [...files].filter(([path, text]) => !LONGER.has(path) && countLines(text) > MOST_LINES);
  expect(long.map(([path, text]) => `${path}: ${countLines(text)} lines`)).toEqual([]);
});

it('what may be longer is', () => {
  for (const path of LONGER.keys())
    expect(countLines(files.get(path) ?? ''), path).toBeGreaterThan(MOST_LINES);
});
