/** @jsxImportSource hono/jsx/dom */
import type { Steps as StepStates } from './state.ts';
import type { PlaygroundTexts } from './texts.ts';

const MARKS = { idle: '', done: '✓', failed: '✕' } as const;

/** The seven steps, lit as they happen: the first three as this page takes them, the others by what the issuer answered. */
export function Steps({ steps, texts }: { steps: StepStates; texts: PlaygroundTexts }) {
  return (
    <section class="card steps" aria-labelledby="steps">
      <h2 id="steps">{texts.stepsTitle}</h2>
      <ol>
        {texts.steps.map((step, index) => {
          const state = steps[index + 1] ?? 'idle';
          return (
            <li key={step} class={state}>
              <span class="mark" aria-hidden="true">
                {MARKS[state] || index + 1}
              </span>
              <span>
                {step}
                {state !== 'idle' && <span class="spoken"> ({texts.stepState[state]})</span>}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
