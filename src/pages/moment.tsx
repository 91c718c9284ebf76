import type { Language } from './texts/language.ts';
import { formatAgo, formatMoment } from './texts/moments.ts';

/** How long ago it was, with the moment itself for whoever wants to know it. Epoch seconds. */
export function Moment({ language, at, now }: { language: Language; at: number; now: number }) {
  return (
    <time datetime={new Date(Math.floor(at) * 1_000).toISOString()} title={formatMoment(language, at)}>
      {formatAgo(language, at, now)}
    </time>
  );
}
