import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../exhaustive/mutants.ts';
import { REAL_RULES } from '../exhaustive/rules.ts';
import { search } from '../exhaustive/search.ts';
import { LIMITS, VARIANTS } from '../exhaustive/variants.ts';

/** `npm run prove -- --only exhaustive` searches the worlds in full. */
const SMALL = VARIANTS.map((variant) => {
  const requests = Math.min(variant.requests, variant.thief ? 2 : 3);
  return { ...variant, requests };
});
const WORLDS_OF_MUTANTS = new Map(MUTANTS.map(({ world }) => [JSON.stringify(world), world]));

describe('in every state of a small world', () => {
  it.each(SMALL)('all properties hold: $name', (variant) => {
    const { states, violation } = search(variant, REAL_RULES);
    expect(violation?.trace).toBeUndefined();
    expect(states).toBeGreaterThan(200);
  });

  it.each(LIMITS)('what is not promised is seen to fall: $name', ({ limit, ...variant }) => {
    expect(search(variant, REAL_RULES).violation?.property).toMatch(`${limit?.property}: `);
  });
});

describe('the search finds, with the steps that lead there', () => {
  it.each(MUTANTS)('$name', ({ rules, world, falls }) => {
    const { violation } = search(world, { ...REAL_RULES, ...rules });
    expect(violation?.property).toMatch(falls);
    expect(violation?.trace.at(-1)).toBe(violation?.property);
    expect(violation?.trace.length).toBeGreaterThan(1);
  });

  it.each([...WORLDS_OF_MUTANTS.values()])(
    'nothing in those worlds when the rules are whole: $name',
    (world) => {
      expect(search(world, REAL_RULES).violation?.trace).toBeUndefined();
    },
  );
});
