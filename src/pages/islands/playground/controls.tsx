/** @jsxImportSource hono/jsx/dom */
import type { Actions } from './actions.ts';
import type { PlaygroundTexts } from './texts.ts';

type ActionName = keyof PlaygroundTexts['actions'];

const GROUPS: readonly [keyof PlaygroundTexts['groups'], readonly ActionName[]][] = [
  ['everyday', ['callApi', 'refresh', 'expireNow']],
  ['network', ['twoTabs', 'loseAnswer', 'holdBack']],
  ['theft', ['stealLate', 'stealFirst']],
  ['leave', ['signOutEverywhere']],
];

type Props = { actions: Actions; texts: PlaygroundTexts; isBusy: boolean };

/** Everything that can be made to happen. A button that is busy keeps its focus: it says so instead of going away. */
export function Controls({ actions, texts, isBusy }: Props) {
  return (
    <section class="card controls" aria-labelledby="controls">
      <h2 id="controls">{texts.actionsTitle}</h2>
      {GROUPS.map(([group, names]) => (
        <fieldset key={group} class={group}>
          <legend>{texts.groups[group]}</legend>
          {names.map((name) => {
            const [label = '', hint = ''] = texts.actions[name];
            return (
              <button
                key={name}
                type="button"
                class="action"
                aria-disabled={isBusy ? 'true' : undefined}
                onClick={() => actions[name]()}
              >
                <strong>{label}</strong>
                <span>{hint}</span>
              </button>
            );
          })}
        </fieldset>
      ))}
    </section>
  );
}
