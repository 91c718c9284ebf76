import * as fc from 'fast-check';
import type { CreateIssuer } from './issuer.ts';
import type { Counts, Violation } from './ledger.ts';
import { runHistory } from './run-history.ts';
import { type History, histories } from './steps.ts';

export type CheckParameters = {
  seed: number;
  runs: number;
  /** Where fast-check found a history that falls. */
  path?: string | undefined;
  /** A fall is enough as it is found. */
  isUnshrunk?: boolean;
};

/** A history in which a property falls, shrunk as far as it goes. */
export type Fall = {
  /** What repeats it. */
  seed: number;
  path: string;
  /** The histories that held before it. */
  after: number;
  violations: Violation[];
  /** What happened, a line each. */
  story: string[];
};

export type CheckResult = { runs: number; counts: Counts; fall?: Fall };

const LONGEST = 70;
/** Histories between two looks at the clock: each batch has a seed of its own, so that a fall is found again quickly. */
export const BATCH = 500;

/**
 * Lets histories happen until one falls.
 *
 * What fast-check's scheduler would do with promises, the steps do with messages: a request and its answer arrive when a
 * step says so, in any order, twice or never, and each call to KV or the directory ends at an instant of the timeline that
 * the history's own luck decides. So every interleaving is part of the history, and shrinks with it.
 */
export async function checkHistories(
  { seed, runs, path, isUnshrunk = false }: CheckParameters,
  createIssuer: CreateIssuer,
  counts: Counts,
): Promise<CheckResult> {
  for (let done = 0; done < runs; done += BATCH) {
    const parameters = { seed: seed + done, numRuns: Math.min(BATCH, runs - done), endOnFailure: isUnshrunk };
    const details = await fc.check(property(createIssuer, counts), { ...parameters, ...(path && { path }) });
    const [history] = details.counterexample ?? [];
    if (!history) continue;
    const { violations, story } = await tell(history, createIssuer);
    const after = done + details.numRuns - 1;
    const fall = { seed: parameters.seed, path: details.counterexamplePath ?? '', after, violations, story };
    return { runs: after + 1, counts, fall };
  }
  return { runs, counts };
}

/** Lets histories happen to their ends, whatever falls in them, and counts what happened. */
export async function countHistories(
  { seed, runs }: CheckParameters,
  createIssuer: CreateIssuer,
  counts: Counts,
): Promise<CheckResult> {
  for (const history of fc.sample(histories(LONGEST), { seed, numRuns: runs }))
    await runHistory(history, createIssuer, counts, { isCensus: true });
  return { runs, counts };
}

/** Once more, for its story. */
async function tell(history: History, createIssuer: CreateIssuer) {
  try {
    return await runHistory(history, createIssuer);
  } catch (error) {
    return { violations: [{ property: 'model' as const, what: String(error) }], story: [] };
  }
}

function property(createIssuer: CreateIssuer, counts: Counts) {
  return fc.asyncProperty(histories(LONGEST), async (history: History) => {
    const { violations } = await runHistory(history, createIssuer, counts);
    if (violations.length > 0) throw new Error(violations[0]?.what);
  });
}

/** A fall, for a reader. */
export function describeFall({ violations, story }: Fall): string[] {
  return [...violations.map(({ property, what }) => `${property}: ${what}`), ...story];
}
