/** @jsxImportSource hono/jsx/dom */
import type { Coin } from './state.ts';
import type { PlaygroundTexts } from './texts.ts';

/** How many generations are drawn. */
const LONGEST_CHAIN = 24;
const KINDS = ['current', 'spent', 'unseen', 'dead'] as const;

/** The generations as coins on a string, the newest last. */
export function Chain({ coins, texts }: { coins: readonly Coin[]; texts: PlaygroundTexts }) {
  const present = KINDS.filter((kind) => coins.some(({ state }) => state === kind));
  return (
    <section class="card chain" aria-labelledby="chain">
      <h2 id="chain">{texts.chainTitle}</h2>
      <ol>
        {coins.slice(-LONGEST_CHAIN).map(({ generation, state }) => (
          <li key={generation} class={state}>
            <Disc generation={generation} />
            <span class="spoken">{texts.coin[state](generation)}</span>
          </li>
        ))}
      </ol>
      <p class="legend" aria-hidden="true">
        {present.map((kind) => (
          <span key={kind} class={kind}>
            {texts.key[kind]}
          </span>
        ))}
      </p>
    </section>
  );
}

function Disc({ generation }: { generation: number }) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true">
      <circle class="reeding" cx="24" cy="24" r="21" />
      <circle class="face" cx="24" cy="24" r="17" />
      <text x="24" y="24" text-anchor="middle" dominant-baseline="central">
        {generation}
      </text>
      <path class="strike" d="M10 38L38 10" />
    </svg>
  );
}
