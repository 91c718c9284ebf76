import { parseArgs } from 'node:util';
import { Failure } from '../../scripts/lib/failure.ts';

/** How much is tried, and with which luck. */
export type ProveFlags = {
  /** Every draw of lots follows from it; it is printed, and repeats a run. */
  seed: number;
  /** Histories of the random model. */
  runs: number;
  /** How often the issuer is killed. */
  kills: number;
  /** Who refreshes meanwhile. */
  clients: number;
  /** Where fast-check found a history that falls. */
  path: string | undefined;
};

export type ProveCommand = {
  /** The one part to run; without it, all that belong to a full run. */
  only: string | undefined;
  flags: ProveFlags;
};

const DEFAULTS = { runs: 20_000, kills: 100, clients: 16 };

/**
 * Reads `--only PART --mutants --seed N --runs N --kills N --clients N --path PATH`.
 *
 * @throws Failure if a flag is unknown or no number
 */
export function parseProveFlags(
  args: readonly string[],
  parts: readonly string[],
  now: number,
): ProveCommand {
  const values = parse(args);
  const only = values.mutants ? 'mutants' : values.only;
  if (only !== undefined && !parts.includes(only)) {
    throw new Failure(`--only ${only}: there is ${parts.join(', ')}`);
  }
  return {
    only,
    flags: {
      seed: count('seed', values.seed, now % 2 ** 31),
      runs: count('runs', values.runs, DEFAULTS.runs),
      kills: count('kills', values.kills, DEFAULTS.kills),
      clients: count('clients', values.clients, DEFAULTS.clients),
      path: values.path,
    },
  };
}

/** @returns the command that does the same again */
export function formatProveCommand(name: string, { seed, runs, kills, clients, path }: ProveFlags): string {
  const flags = [
    `--only ${name}`,
    `--seed ${seed}`,
    ...(runs === DEFAULTS.runs ? [] : [`--runs ${runs}`]),
    ...(kills === DEFAULTS.kills ? [] : [`--kills ${kills}`]),
    ...(clients === DEFAULTS.clients ? [] : [`--clients ${clients}`]),
    ...(path === undefined ? [] : [`--path ${path}`]),
  ];
  return `npm run prove -- ${flags.join(' ')}`;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { only: text, seed: text, runs: text, kills: text, clients: text, path: text };
  try {
    return parseArgs({ args: [...args], options: { ...options, mutants: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error));
  }
}

function count(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,10}$/.test(text)) throw new Failure(`--${name} ${text} is not a number`);
  return Number(text);
}
