import { expect, it } from 'vitest';
import { hunt } from '../prove/mutants.ts';
import { PATCHES } from '../prove/patches.ts';

/** Three that show early; `npm run prove -- --mutants` hunts them all. */
const EARLY: readonly [name: string, property: string][] = [
  ['the key is not compared', 'P1'],
  ['late is taken for reuse', 'P2'],
  ['reuse is taken for late', 'P3'],
];

it.each(EARLY)('the random model catches a mutant: %s', async (name, property) => {
  const patch = PATCHES.find((each) => each.name === name);
  if (!patch) throw new Error(`There is no mutant "${name}"`);
  const { fall } = await hunt(patch, 7, 500);
  expect(fall?.violations.map((violation) => violation.property)).toContain(property);
});
