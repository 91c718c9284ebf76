import { MUTANTS, type Mutant } from '../exhaustive/mutants.ts';
import { REAL_RULES } from '../exhaustive/rules.ts';
import { type SearchResult, search } from '../exhaustive/search.ts';
import type { Variant } from '../exhaustive/variant.ts';
import { LIMITS, VARIANTS } from '../exhaustive/variants.ts';
import type { Part } from './part.ts';

type Finding = { ok: boolean; lines: string[]; states: number };

/** Every state of every small world, with the product's own rules in it; then what must fall, to show that the search can find. */
export async function proveExhaustive(): Promise<Part> {
  const worlds = VARIANTS.map(searchWorld);
  const limits = LIMITS.map(searchLimit);
  const mutants = MUTANTS.map(searchMutant);
  const all = [...worlds, ...limits, ...mutants];
  return {
    name: 'exhaustive',
    ok: all.every(({ ok }) => ok),
    lines: [
      ...worlds.flatMap(({ lines }) => lines),
      `${count(worlds.reduce((sum, { states }) => sum + states, 0))} states, each visited`,
      'what is not promised, seen to fall:',
      ...limits.flatMap(({ lines }) => lines),
      'rules broken in one place, each seen to fall:',
      ...mutants.flatMap(({ lines }) => lines),
    ],
  };
}

function searchWorld(variant: Variant): Finding {
  const { states, transitions, seconds, violation } = search(variant, REAL_RULES);
  const size = `${variant.requests} requests, ${count(states)} states, ${count(transitions)} steps, ${seconds.toFixed(1)} s`;
  return {
    ok: violation === undefined,
    lines: [`${variant.name}: ${size}${violation ? ': VIOLATION' : ''}`, ...traceOf(violation)],
    states,
  };
}

/** A known limit has to show: else the search finds nothing, or the limit is none any more. */
function searchLimit(variant: Variant): Finding {
  const { states, violation } = search(variant, REAL_RULES);
  const { property = '', because = '' } = variant.limit ?? {};
  const ok = violation?.property.startsWith(`${property}:`) === true;
  return {
    ok,
    lines: [`${variant.name}: ${ok ? '' : 'NOT AS EXPECTED: '}${fall(violation)}; ${because}`],
    states,
  };
}

function searchMutant({ name, rules, world, falls }: Mutant): Finding {
  const { states, violation } = search(world, { ...REAL_RULES, ...rules });
  const ok = violation !== undefined && falls.test(violation.property);
  return { ok, lines: [`${name}: ${ok ? '' : 'NOT CAUGHT: '}${fall(violation)}`], states };
}

function fall(violation: SearchResult['violation']): string {
  return violation ? `${violation.property}, after ${violation.trace.length - 1} steps` : 'nothing falls';
}

function traceOf(violation: SearchResult['violation']): string[] {
  return violation ? violation.trace.map((step) => `  ${step}`) : [];
}

function count(number: number): string {
  return number.toLocaleString('en');
}
