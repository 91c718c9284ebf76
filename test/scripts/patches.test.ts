import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { applyPatch } from '../prove/patch.ts';
import { PATCHES } from '../prove/patches.ts';

const ROOT = join(import.meta.dirname, '../..');

it.each(PATCHES.map((patch) => [patch.name, patch] as const))(
  'a mutant still fits the source: %s',
  (_, patch) => {
    const source = readFileSync(join(ROOT, patch.place), 'utf8');
    expect(applyPatch(patch, source)).not.toBe(source);
  },
);

it('a patch that fits nowhere, or twice, is an error', () => {
  const patch = { name: 'x', place: 'a.ts', find: 'one', replace: 'two' };
  expect(() => applyPatch(patch, 'three')).toThrow('0 times');
  expect(() => applyPatch(patch, 'one one')).toThrow('2 times');
  expect(applyPatch(patch, 'one')).toBe('two');
});
