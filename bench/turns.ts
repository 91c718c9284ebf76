/** A figure of one contestant in one round: the value of each turn, in the order in which they were taken. */
export type Sample = { figure: string; of: string; turns: number[]; errors: number };

/**
 * A round goes from one contestant to the next in so many turns, in reversed order each time, so that what else the machine does
 * is shared by all, and a turn can be held against the same turn of another.
 */
export const TURNS = 5;

/** @returns for each its turns */
export async function inTurns<T>(
  runners: readonly T[],
  measure: (runner: T, turn: number) => Promise<number>,
  turns = TURNS,
): Promise<Map<T, number[]>> {
  const taken = new Map<T, number[]>(runners.map((runner) => [runner, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [runner, values] of turn % 2 === 0 ? taken : [...taken].toReversed())
      values.push(await measure(runner, turn));
  }
  return taken;
}

/** Reversed in every other round. */
export function orderOf<T>(round: number, all: readonly T[]): readonly T[] {
  return round % 2 === 1 ? all.toReversed() : all;
}

/** @returns how long it takes, seconds */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** Does the work `calls` times, as many at once as there are connections. */
export async function atOnce(workers: number, calls: number, work: () => Promise<unknown>): Promise<void> {
  let left = calls;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
