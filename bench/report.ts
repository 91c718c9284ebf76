import {
  AT_ONCE,
  COLD,
  DISCOVERY,
  FIRST_REFRESH,
  IN_TURN,
  JWKS,
  NEW_TOKENS,
  SAME_TOKENS,
  START,
  WARM,
} from './figures.ts';
import { median, type Sample } from './turns.ts';

/** What a figure is held against: `atLeast` or `atMost` so many times the better of the others. */
type Bar = { figure: string; others: readonly string[] } & ({ atLeast: number } | { atMost: number });

const PEERS = ['openauth', 'workers-oauth-provider'];

const BARS: readonly Bar[] = [
  { figure: IN_TURN, others: PEERS, atLeast: 1.5 },
  { figure: AT_ONCE, others: PEERS, atLeast: 2.5 },
  { figure: SAME_TOKENS, others: ['jose'], atLeast: 25 },
  { figure: NEW_TOKENS, others: ['bare'], atLeast: 0.9 },
  { figure: NEW_TOKENS, others: ['jose'], atLeast: 1 },
  { figure: JWKS, others: ['constant'], atLeast: 0.8 },
  { figure: DISCOVERY, others: ['constant'], atLeast: 0.8 },
  { figure: START, others: ['floor'], atMost: 1.3 },
  { figure: START, others: ['guarded-floor'], atMost: 1.3 },
  { figure: FIRST_REFRESH, others: ['floor'], atMost: 1.5 },
];

/** What the names in the table stand for. */
const NAMES: Record<string, string> = {
  bare: '`crypto.subtle.verify`',
  constant: 'a constant',
  floor: 'the floor',
  'guarded-floor': 'the guarded floor',
  jose: 'jose',
  openauth: 'OpenAuth',
  'workers-oauth-provider': 'workers-oauth-provider',
};

export type Verdict = {
  figure: string;
  own: number;
  against: string;
  ratio: number;
  bar: string;
  isMet: boolean;
  /** How many of the turns meet it by themselves, and how many there are: a bar that half of them miss is met by luck. */
  turnsMet: number;
  turns: number;
};

type Rounds = readonly (readonly Sample[])[];

/** Each turn is held against the same turn of the others, and the better of them counts; the median of all turns is the figure. */
export function judge(rounds: Rounds, name: string): Verdict[] {
  return BARS.flatMap((bar) => {
    const turns = rounds.flatMap((round) => ratiosOf(round, name, bar));
    if (turns.length === 0 || bar.others.includes(name)) return [];
    const ratio = median(turns.map((each) => each.ratio));
    const best = bar.others.toSorted(
      (a, b) => medianOf(rounds, bar.figure, b) - medianOf(rounds, bar.figure, a),
    );
    const isReached = (value: number) => ('atLeast' in bar ? value >= bar.atLeast : value <= bar.atMost);
    return {
      figure: bar.figure,
      own: medianOf(rounds, bar.figure, name),
      against: NAMES[best[0] ?? ''] ?? '',
      ratio,
      bar: 'atLeast' in bar ? `at least ${bar.atLeast}` : `at most ${bar.atMost}`,
      isMet: isReached(ratio) && errorsOf(rounds, bar.figure, name) === 0,
      turnsMet: turns.filter((each) => isReached(each.ratio)).length,
      turns: turns.length,
    };
  });
}

/** edgemint beside the others. */
export function toMarkdown(rounds: Rounds): string {
  return toTable(judge(rounds, 'edgemint'), 'edgemint');
}

/** What the same bars are to a Worker that does no more than a rotation through a guard must. */
export function toLimits(rounds: Rounds): string {
  return toTable(judge(rounds, 'guarded-floor'), 'the guarded floor');
}

function toTable(verdicts: readonly Verdict[], name: string): string {
  const rows = verdicts.map(({ figure, own, against, ratio, bar, isMet, turnsMet, turns }) => {
    const unit =
      figure === START || figure === FIRST_REFRESH
        ? `${(own * 1_000).toFixed(0)} ms`
        : `${round3(own)} a second`;
    const met = `${isMet ? 'yes' : '**no**'} | ${turnsMet} of ${turns}`;
    return `| ${figure} | ${unit} | ${round3(ratio)} × ${against} | ${bar} | ${met} |`;
  });
  return [
    `| figure | ${name} | against | must be | met | by turns |`,
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** All contestants, with what each was refused. */
export function toDetails(rounds: Rounds): string {
  const figures = [...new Set(rounds.flat().map(({ figure }) => figure))];
  const rows = figures.flatMap((figure) =>
    [
      ...new Set(
        rounds
          .flat()
          .filter((each) => each.figure === figure)
          .map(({ of }) => of),
      ),
    ].map((of) => {
      const turns = turnsOf(rounds, figure, of);
      const cells = [median(turns), Math.min(...turns), Math.max(...turns)].map(round3);
      return `| ${figure} | ${of} | ${cells.join(' | ')} | ${errorsOf(rounds, figure, of)} |`;
    }),
  );
  return ['| figure | of | median | least | most | errors |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

/** What a refresh takes among so many users. */
export function toScale(rounds: Rounds): string {
  const populations = [...new Set(rounds.flat().flatMap(({ figure, of }) => (figure === COLD ? [of] : [])))];
  const rows = populations.map((of) => {
    const cells = [COLD, WARM].map((figure) => `${medianOf(rounds, figure, of).toFixed(2)} ms`);
    return `| ${Number(of).toLocaleString('en')} | ${cells.join(' | ')} |`;
  });
  return ['| users | guard at rest | guard at work |', '|---|---|---|', ...rows].join('\n');
}

export function medianOf(rounds: Rounds, figure: string, of: string): number {
  return median(turnsOf(rounds, figure, of));
}

function ratiosOf(
  round: readonly Sample[],
  name: string,
  { figure, others, ...bar }: Bar,
): { ratio: number }[] {
  const own = turnsOf([round], figure, name);
  return own.map((value, turn) => {
    const theirs = others.map((of) => turnsOf([round], figure, of)[turn] ?? Number.NaN);
    return { ratio: value / ('atLeast' in bar ? Math.max(...theirs) : Math.min(...theirs)) };
  });
}

function turnsOf(rounds: Rounds, figure: string, of: string): number[] {
  return rounds.flat().flatMap((each) => (each.figure === figure && each.of === of ? each.turns : []));
}

function errorsOf(rounds: Rounds, figure: string, of: string): number {
  return rounds
    .flat()
    .filter((each) => each.figure === figure && each.of === of)
    .reduce((sum, { errors }) => sum + errors, 0);
}

function round3(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
