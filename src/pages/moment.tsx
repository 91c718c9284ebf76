import { Filled } from './filled.tsx';
import type { Language } from './texts/language.ts';
import { formatAgo, formatMoment } from './texts/moments.ts';

type Props = { language: Language; at: number; now: number };

/** How long ago it was, with the moment itself for whoever wants to know it. Epoch seconds. */
export function Moment({ language, at, now }: Props) {
  return (
    <time datetime={new Date(Math.floor(at) * 1_000).toISOString()} title={formatMoment(language, at)}>
      {formatAgo(language, at, now)}
    </time>
  );
}

/** A text that says when something was: `{when}` stands for the moment. */
export function Dated({ text, ...moment }: Props & { text: string }) {
  return (
    <span>
      <Filled text={text} values={{ when: <Moment {...moment} /> }} />
    </span>
  );
}
