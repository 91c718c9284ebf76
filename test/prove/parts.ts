import type { ProveFlags } from './flags.ts';
import { proveInWorkerd } from './in-workerd.ts';
import type { Part } from './part.ts';

export type PartEntry = {
  /** As in `--only <name>`. */
  name: string;
  /** Not part of a full run: it is asked for by its name. */
  isExtra?: boolean;
  prove(flags: ProveFlags): Promise<Part>;
};

/** Everything that `npm run prove` runs, in this order. Each is loaded when its turn comes. */
export const PARTS: readonly PartEntry[] = [
  { name: 'exhaustive', prove: async () => (await import('./exhaustive.ts')).proveExhaustive() },
  { name: 'random', prove: async (flags) => (await import('./random.ts')).proveRandom(flags) },
  { name: 'baseline', prove: async (flags) => (await import('./baseline.ts')).proveBaseline(flags) },
  { name: 'mutants', prove: async (flags) => (await import('./mutants.ts')).proveMutants(flags) },
  { name: 'crashes', prove: async (flags) => (await import('./crashes.ts')).proveCrashes(flags) },
  { name: 'outage', prove: () => proveInWorkerd('outage', OUTAGE_TESTS) },
  { name: 'growth', prove: () => proveInWorkerd('growth', GROWTH_TESTS) },
];

/** KV that fails and lags, storage that is lost, guards that can't be reached. */
const OUTAGE_TESTS = ['outage', 'session-record', 'account-guard', 'durable-call'];
const GROWTH_TESTS = ['growth'];
