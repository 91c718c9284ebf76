import { AT_ONCE, IN_TURN } from './figures.ts';
import { medianOf } from './report.ts';
import type { Sample } from './turns.ts';

const FIGURES = [IN_TURN, AT_ONCE];
const DRAWN = ['floor', 'guarded-floor', 'edgemint', 'openauth', 'workers-oauth-provider'];
const [WIDTH, LEFT, LONGEST, BAR, STEP, TITLE, GAP] = [640, 178, 380, 20, 28, 34, 18];

/** Refreshes a second of each contestant as bars, for light and dark pages. */
export function toSvg(rounds: readonly (readonly Sample[])[]): string {
  const height = FIGURES.length * (TITLE + DRAWN.length * STEP + GAP);
  const groups = FIGURES.map((figure, index) => {
    const top = index * (TITLE + DRAWN.length * STEP + GAP);
    const values = DRAWN.map((of) => medianOf(rounds, figure, of));
    const most = Math.max(...values);
    const bars = values.map((value, row) =>
      toBar(DRAWN[row] ?? '', value, value / most, top + TITLE + row * STEP),
    );
    return `<text class="title" x="8" y="${top + 22}">${figure}: a second</text>${bars.join('')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Refreshes a second">
<style>text{font:14px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600}.bar{fill:#8c959f}.own{fill:#0969da}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#6e7681}.own{fill:#4493f8}}</style>
${groups.join('\n')}
</svg>
`;
}

function toBar(of: string, value: number, part: number, y: number): string {
  const width = Math.max(1, part * LONGEST);
  const middle = y + BAR / 2 + 5;
  return (
    `<text x="${LEFT - 8}" y="${middle}" text-anchor="end">${of}</text>` +
    `<rect class="${of === 'edgemint' ? 'own' : 'bar'}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3"/>` +
    `<text x="${(LEFT + width + 8).toFixed(1)}" y="${middle}">${Math.round(value).toLocaleString('en')}</text>`
  );
}
