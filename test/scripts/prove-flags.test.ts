import { describe, expect, it } from 'vitest';
import { formatProveCommand, parseProveFlags } from '../prove/flags.ts';

const PARTS = ['random', 'crashes', 'mutants'];
const NOW = 5 * 2 ** 31 + 7;

describe('the flags of npm run prove', () => {
  it('have defaults, and a seed that differs from run to run', () => {
    expect(parseProveFlags([], PARTS, NOW)).toEqual({
      only: undefined,
      flags: { seed: 7, runs: 20_000, kills: 100, clients: 16, path: undefined },
    });
  });

  it.each([['--only random --seed 3 --path 1:2:3'], ['--only crashes --seed 9 --kills 4 --clients 200']])(
    'come back from the command that repeats a run: %s',
    (line) => {
      const { only, flags } = parseProveFlags(line.split(' '), PARTS, NOW);
      expect(formatProveCommand(only ?? '', flags)).toBe(`npm run prove -- ${line}`);
    },
  );

  it('--mutants is a part like another', () => {
    expect(parseProveFlags(['--mutants'], PARTS, NOW).only).toBe('mutants');
  });

  it.each([[['--only', 'nothing']], [['--seed', 'x']], [['--kills=-1']], [['--what']], [['crashes']]])(
    'are refused where they mean nothing: %j',
    (args) => {
      expect(() => parseProveFlags(args, PARTS, NOW)).toThrow();
    },
  );
});
