import type { StoryName } from './texts.ts';
import type { Exchange } from './wire.ts';

export type Tokens = {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  session: string;
  generation: number;
};

/** A generation of the session. `unseen`: it was minted, but its answer got lost. */
export type Coin = { generation: number; state: 'current' | 'spent' | 'unseen' | 'dead' };

/** The seven steps of a renewal, by number. */
export type StepState = 'idle' | 'done' | 'failed';
export type Steps = Readonly<Record<number, StepState>>;

export type State = {
  /** `over`: the session has ended, and the page still shows how. */
  phase: 'out' | 'in' | 'over';
  username: string;
  password: string;
  /** Why the issuer let nobody in. */
  problem: { status: number; description: string } | undefined;
  tokens: Tokens | undefined;
  /** When the tokens came, by this page's own clock (`performance.now()`). */
  receivedAt: number;
  coins: readonly Coin[];
  steps: Steps;
  /** Newest first. */
  log: readonly Exchange[];
  story: { name: StoryName; from?: number; to?: number };
  busy: boolean;
};

export type Store = {
  get(): State;
  set(patch: Partial<State>): void;
  subscribe(listener: () => void): void;
};

/** How many exchanges are shown. */
const LONGEST_LOG = 40;

export function createStore(initial: State): Store {
  let state = initial;
  const listeners: (() => void)[] = [];
  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch };
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

export function withExchange(log: readonly Exchange[], exchange: Exchange): Exchange[] {
  return [exchange, ...log].slice(0, LONGEST_LOG);
}

/** The chain once a generation is the newest that somebody holds. */
export function chainTo(coins: readonly Coin[], generation: number, state: 'current' | 'unseen'): Coin[] {
  const earlier = coins
    .filter((coin) => coin.generation < generation)
    .map((coin): Coin => (coin.state === 'dead' || state === 'unseen' ? coin : { ...coin, state: 'spent' }));
  return [...earlier, { generation, state }];
}
