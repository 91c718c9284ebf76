/** @jsxImportSource hono/jsx/dom */
import { useEffect, useState } from 'hono/jsx/dom';
import type { Actions } from './actions.ts';
import { Chain } from './chain.tsx';
import { Controls } from './controls.tsx';
import { Entrance } from './entrance.tsx';
import { Log } from './log.tsx';
import type { Store } from './state.ts';
import { Steps } from './steps.tsx';
import type { PlaygroundTexts } from './texts.ts';
import { Token } from './token.tsx';

type Props = { store: Store; actions: Actions; texts: PlaygroundTexts };

export function App({ store, actions, texts }: Props) {
  const [state, setState] = useState(store.get());
  useEffect(() => store.subscribe(() => setState(store.get())), []);
  const { name, from = 0, to = 0 } = state.story;
  const isAlarming = state.phase === 'over' && (name === 'thiefLate' || name === 'thiefFirst');
  return (
    <div class={`playground ${state.phase}`}>
      <div class="stage">
        <div class="watch">
          {state.phase !== 'out' && <Chain coins={state.coins} texts={texts} />}
          <p class={isAlarming ? 'story danger' : 'story'} role="status">
            {texts.stories[name](from, to)}
          </p>
        </div>
        {state.phase === 'out' && <Entrance {...{ store, state, actions, texts }} />}
        {state.phase === 'in' && <Controls {...{ actions, texts, isBusy: state.busy }} />}
        {state.phase === 'over' && (
          <div class="buttons">
            <button type="button" onClick={actions.startAgain} disabled={state.busy}>
              {texts.start.again}
            </button>
            <a class="button plain" href="/account">
              {texts.start.account}
            </a>
          </div>
        )}
      </div>
      {state.log.length > 0 && <Log log={state.log} texts={texts} />}
      <div class="side">
        <Steps steps={state.steps} texts={texts} />
        {state.tokens && (
          <Token
            tokens={state.tokens}
            receivedAt={state.receivedAt}
            isOver={state.phase === 'over'}
            texts={texts}
          />
        )}
      </div>
    </div>
  );
}
