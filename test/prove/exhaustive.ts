import { REAL_RULES } from '../exhaustive/rules.ts';
import { type SearchResult, search } from '../exhaustive/search.ts';
import type { Variant } from '../exhaustive/variant.ts';
import { VARIANTS } from '../exhaustive/variants.ts';
import type { Part } from './part.ts';

/** Every state of every small world, with the product's own rules in it. */
export async function proveExhaustive(variants: readonly Variant[] = VARIANTS): Promise<Part> {
  const searched = variants.map((variant) => ({ variant, result: search(variant, REAL_RULES) }));
  const states = searched.reduce((sum, { result }) => sum + result.states, 0);
  return {
    name: 'exhaustive',
    ok: searched.every(({ variant, result }) => isAsExpected(variant, result)),
    lines: [
      ...searched.flatMap(({ variant, result }) => describe(variant, result)),
      `${count(states)} states in all`,
    ],
  };
}

/** A world with a known limit has to show it: else the search finds nothing, or the limit is none any more. */
export function isAsExpected({ limit }: Variant, { violation }: SearchResult): boolean {
  return limit ? violation?.property.startsWith(limit.property) === true : violation === undefined;
}

function describe(variant: Variant, result: SearchResult): string[] {
  const { states, transitions, seconds, violation } = result;
  const size = `${count(states)} states, ${count(transitions)} steps, ${seconds.toFixed(1)} s`;
  if (!variant.limit) {
    const trace = violation ? violation.trace.map((step) => `  ${step}`) : [];
    return [`${variant.name}: ${size}: ${violation ? 'VIOLATION' : 'nothing falls'}`, ...trace];
  }
  const shown = isAsExpected(variant, result) ? `shown to fall: ${violation?.property}` : 'NOT SHOWN to fall';
  return [`${variant.name}: ${size}: ${shown}`, `  a known limit: ${variant.limit.because}`];
}

function count(number: number): string {
  return number.toLocaleString('en');
}
