import type { ReusedSession } from '../core/account/accounts.ts';
import type { Frame } from './layout.tsx';
import { placeName } from './session-list.tsx';
import { formatMoment } from './texts/moments.ts';
import { fill } from './texts/texts.ts';

type Props = { frame: Frame; reused: readonly ReusedSession[] };

/** What was found, in plain words, and what to do about it. */
export function TheftNotice({ frame, reused }: Props) {
  const { accountPage: texts } = frame.texts;
  return (
    <section class="notice danger" aria-labelledby="theft">
      <h2 id="theft">{texts.theftTitle}</h2>
      {reused.map(({ endedAt, first, second }) => (
        <p>
          {fill(texts.theft, { when: formatMoment(frame.language, endedAt) })}{' '}
          {first
            ? fill(texts.theftFrom, { first: placeName(frame, first), second: placeName(frame, second) })
            : fill(texts.theftFromOne, { second: placeName(frame, second) })}
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
