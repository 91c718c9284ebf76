import type { ReusedSession } from '../core/account/accounts.ts';
import { placeName } from './session-list.tsx';
import type { Language } from './texts/language.ts';
import { formatMoment } from './texts/moments.ts';
import { textsIn } from './texts/texts.ts';

type Props = { language: Language; reused: readonly ReusedSession[]; now: number };

/** What was found, in plain words, and what to do about it. */
export function TheftNotice({ language, reused }: Props) {
  const { accountPage: texts } = textsIn(language);
  return (
    <section class="notice danger" aria-labelledby="theft">
      <h2 id="theft">{texts.theftTitle}</h2>
      {reused.map(({ endedAt, first, second }) => (
        <p>
          {texts.theft(formatMoment(language, endedAt))}{' '}
          {first
            ? texts.theftFrom(placeName(language, first), placeName(language, second))
            : texts.theftFromOne(placeName(language, second))}
        </p>
      ))}
      <h3>{texts.theftStepsTitle}</h3>
      <ol>
        {texts.theftSteps.map((step) => (
          <li>{step}</li>
        ))}
      </ol>
    </section>
  );
}
