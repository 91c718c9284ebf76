import type { Sample } from './measures.ts';

/** What a figure is held against: `atLeast` or `atMost` so many times the better of the others. */
type Bar = { figure: string; others: readonly string[]; atLeast?: number; atMost?: number };

const PEERS = ['openauth', 'workers-oauth-provider'];

export const BARS: readonly Bar[] = [
  { figure: 'refresh in turn, a second', others: PEERS, atLeast: 1.5 },
  { figure: 'refresh by 16 users, a second', others: PEERS, atLeast: 2.5 },
  { figure: 'verify 100 tokens over and over, a second', others: ['jose'], atLeast: 25 },
  { figure: 'verify, never the same token, a second', others: ['bare'], atLeast: 0.9 },
  { figure: 'verify, never the same token, a second', others: ['jose'], atLeast: 1 },
  { figure: 'JWKS, a second', others: ['floor'], atLeast: 0.8 },
  { figure: 'discovery, a second', others: ['floor'], atLeast: 0.8 },
  { figure: 'start, seconds', others: ['floor'], atMost: 1.3 },
  { figure: 'first refresh, seconds', others: ['floor'], atMost: 1.5 },
];

export type Line = {
  figure: string;
  edgemint: number;
  other: string;
  ratio: number;
  bar: string;
  isMet: boolean;
  errors: number;
};

/** Medians over the rounds, as ratios within them. */
export function judge(rounds: readonly (readonly Sample[])[]): Line[] {
  return BARS.map(({ figure, others, atLeast, atMost }) => {
    const ratios = rounds.map((round) => {
      const values = others.map((of) => figureOf(round, figure, of));
      return (
        figureOf(round, figure, 'edgemint') /
        (atMost === undefined ? Math.max(...values) : Math.min(...values))
      );
    });
    const ratio = median(ratios);
    return {
      figure,
      edgemint: median(rounds.map((round) => figureOf(round, figure, 'edgemint'))),
      other: others.join(', '),
      ratio,
      bar: atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`,
      isMet: atMost === undefined ? ratio >= (atLeast ?? 0) : ratio <= atMost,
      errors: rounds
        .flat()
        .filter((each) => each.figure === figure && each.of === 'edgemint')
        .reduce((sum, { errors }) => sum + errors, 0),
    };
  });
}

export function toMarkdown(lines: readonly Line[]): string {
  const rows = lines.map(
    ({ figure, edgemint, other, ratio, bar, isMet, errors }) =>
      `| ${figure} | ${edgemint.toPrecision(3)} | ${other} | ${ratio.toFixed(2)} | ${bar} | ${isMet ? 'yes' : '**no**'} | ${errors} |`,
  );
  return [
    '| figure | edgemint | against | ratio | must be | met | errors |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Medians of each contestant, as bars: refreshes a second. */
export function toSvg(rounds: readonly (readonly Sample[])[]): string {
  const bars = BARS.slice(0, 2).flatMap(({ figure }) =>
    ['floor', 'edgemint', ...PEERS].map((of) => ({
      figure,
      of,
      value: median(rounds.map((round) => figureOf(round, figure, of))),
    })),
  );
  const most = Math.max(...bars.map(({ value }) => value));
  const drawn = bars.map(({ figure, of, value }, index) => {
    const y = 30 + index * 24 + Math.floor(index / 4) * 30;
    const width = Math.max(1, (value / most) * 360);
    const title = index % 4 === 0 ? `<text x="10" y="${y - 8}" font-weight="bold">${figure}</text>` : '';
    const colour = of === 'edgemint' ? '#2563eb' : of === 'floor' ? '#9ca3af' : '#d97706';
    return `${title}<text x="10" y="${y + 14}">${of}</text><rect x="190" y="${y}" width="${width.toFixed(0)}" height="18" fill="${colour}"/><text x="${(196 + width).toFixed(0)}" y="${y + 14}">${value.toFixed(0)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 270" font-family="system-ui, sans-serif" font-size="13"><title>Refreshes a second</title><rect width="640" height="270" fill="#fff"/>${drawn.join('')}</svg>\n`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function figureOf(round: readonly Sample[], figure: string, of: string): number {
  return round.find((each) => each.figure === figure && each.of === of)?.value ?? Number.NaN;
}
