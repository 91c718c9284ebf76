/** @jsxImportSource hono/jsx/dom */
import { render } from 'hono/jsx/dom';
import { createActions } from './playground/actions.ts';
import { App } from './playground/app.tsx';
import { createStore } from './playground/state.ts';
import { playgroundTexts } from './playground/texts.ts';

const motion = matchMedia('(prefers-reduced-motion: no-preference)');
const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, motion.matches ? milliseconds : 0));

const WORDS = [
  'kumquat',
  'zither',
  'lagoon',
  'tractor',
  'nimbus',
  'oboe',
  'walnut',
  'glacier',
  'pepper',
  'lantern',
];

/** Good enough for an account that nobody needs tomorrow. */
function drawPair(): { username: string; password: string } {
  const [name = 0, ...draws] = crypto.getRandomValues(new Uint32Array(5));
  const left = [...WORDS];
  const words = draws.flatMap((draw) => left.splice(draw % left.length, 1));
  return {
    username: `guest-${name.toString(36)}`,
    password: `${words.join(' ')} ${(draws[0] ?? 0) % 1_000}`,
  };
}

const place = document.getElementById('playground');
if (place) {
  const store = createStore({
    ...{ phase: 'out', ...drawPair(), problem: undefined, tokens: undefined, receivedAt: 0 },
    ...{ coins: [], steps: {}, log: [], story: { name: 'start' }, busy: false },
  });
  const texts = playgroundTexts(document.documentElement.lang);
  render(<App store={store} actions={createActions(store, pause)} texts={texts} />, place);
}
