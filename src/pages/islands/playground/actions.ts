import { type Coin, chainTo, type Store, type Tokens, withExchange } from './state.ts';
import { type Call, type Exchange, send } from './wire.ts';

/** How long an access token lives here: long enough to use, short enough to see it run out. Seconds. */
export const LIFE_SECONDS = 30;
/** The clock of a token counts whole seconds, so one that lives for one is over within two. */
const SHORTEST_LIFE_SECONDS = 1;

export type Actions = ReturnType<typeof createActions>;

/**
 * What the buttons do. Each speaks to the real endpoints; what goes wrong is made to go wrong here, between this page and
 * the network, never in an answer.
 *
 * @param pause waits so that an eye can follow; at once for whoever wants less motion
 */
export function createActions(store: Store, pause: (milliseconds: number) => Promise<void>) {
  const keys = new Map<number, string>();

  async function call(request: Call): Promise<Exchange> {
    const exchange = await send(request);
    store.set({ log: withExchange(store.get().log, exchange) });
    return exchange;
  }

  function held(): Tokens {
    const { tokens } = store.get();
    if (!tokens) throw new Error('Nobody is signed in');
    return tokens;
  }

  function keyOf(generation: number): string {
    const key = keys.get(generation) ?? crypto.randomUUID();
    keys.set(generation, key);
    return key;
  }

  /** Step 3: both tokens, and this generation's key. */
  function refreshCall(tokens: Tokens, more: Partial<Call> = {}): Call {
    return {
      ...{ method: 'POST', path: '/auth/refresh', bearer: tokens.access_token },
      ...{ key: keyOf(tokens.generation), life: LIFE_SECONDS },
      body: { refresh_token: tokens.refresh_token },
      ...more,
    };
  }

  function take(exchange: Exchange): Tokens {
    const tokens = exchange.answer as unknown as Tokens;
    const coins = chainTo(store.get().coins, tokens.generation, 'current');
    store.set({ tokens, coins, receivedAt: performance.now() });
    return tokens;
  }

  async function light(...steps: number[]): Promise<void> {
    for (const step of steps) {
      store.set({ steps: { ...store.get().steps, [step]: 'done' } });
      await pause(220);
    }
  }

  function fail(step: number): void {
    store.set({ steps: { ...store.get().steps, [step]: 'failed' } });
  }

  function end(): void {
    const coins = store.get().coins.map((coin): Coin => ({ ...coin, state: 'dead' }));
    store.set({ phase: 'over', coins });
  }

  /** Steps 3 to 7, lit by what the issuer answered. @returns whether it went well */
  async function renew(more: Partial<Call> = {}): Promise<boolean> {
    await light(3);
    const exchange = await call(refreshCall(held(), more));
    if (exchange.status !== 200) {
      await light(4);
      fail(5);
      return false;
    }
    await light(4, 5, 6);
    take(exchange);
    await light(7);
    return true;
  }

  /** Runs one scene at a time. */
  const scene =
    <A extends unknown[]>(play: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      if (store.get().busy) return;
      store.set({ busy: true, problem: undefined, steps: {} });
      try {
        await play(...args);
      } catch {
        store.set({ story: { name: 'unreachable' } });
      } finally {
        store.set({ busy: false });
      }
    };

  async function enter(path: '/auth/register' | '/auth/login'): Promise<void> {
    const { username, password } = store.get();
    const exchange = await call({ method: 'POST', path, life: LIFE_SECONDS, body: { username, password } });
    if (!exchange.answer || exchange.status > 201) {
      const description = String(exchange.answer?.error_description ?? '');
      store.set({ problem: { status: exchange.status, description } });
      return;
    }
    keys.clear();
    store.set({ phase: 'in', coins: [], story: { name: 'welcome' } });
    take(exchange);
  }

  async function askMe(): Promise<Exchange> {
    return call({ method: 'GET', path: '/auth/me', bearer: held().access_token });
  }

  async function steal(isThiefFirst: boolean): Promise<void> {
    const stolen = held();
    // A copy of the token alone: the thief doesn't know the key of this page's attempt.
    const theft: Call = {
      ...{ sender: 'thief', method: 'POST', path: '/auth/refresh' },
      body: { refresh_token: stolen.refresh_token },
    };
    store.set({ story: { name: 'stolen', from: stolen.generation } });
    await pause(900);
    if (isThiefFirst) {
      const exchange = await call(theft);
      if (exchange.status !== 200) return end();
      store.set({ coins: chainTo(store.get().coins, stolen.generation + 1, 'unseen') });
    } else {
      await renew();
    }
    await pause(700);
    const second = isThiefFirst ? await call(refreshCall(stolen)) : await call(theft);
    if (second.status === 200) return;
    store.set({ steps: { 3: 'done', 4: 'done', 5: 'failed' } });
    end();
    await pause(700);
    // Both are out: what either of them holds is worth nothing now.
    await askMe();
    await call(refreshCall(held()));
    store.set({ story: { name: isThiefFirst ? 'thiefFirst' : 'thiefLate', from: stolen.generation } });
  }

  return {
    signUp: scene(() => enter('/auth/register')),
    signIn: scene(() => enter('/auth/login')),

    callApi: scene(async () => {
      await light(1);
      const exchange = await askMe();
      if (exchange.status === 200) return store.set({ story: { name: 'called' } });
      await light(2);
      const from = held().generation;
      if (!(await renew())) return end();
      await askMe();
      store.set({ story: { name: 'renewed', from, to: from + 1 } });
    }),

    refresh: scene(async () => {
      const from = held().generation;
      if (!(await renew())) return end();
      store.set({ story: { name: 'refreshed', from, to: from + 1 } });
    }),

    expireNow: scene(async () => {
      if (!(await renew({ life: SHORTEST_LIFE_SECONDS }))) return end();
      store.set({ story: { name: 'expiring' } });
      await new Promise((resolve) => setTimeout(resolve, SHORTEST_LIFE_SECONDS * 1_000 + 100));
      await light(1);
      const exchange = await askMe();
      if (exchange.status === 401) await light(2);
      store.set({ steps: { 1: 'done', 2: 'done' }, story: { name: 'expired' } });
    }),

    twoTabs: scene(async () => {
      const tokens = held();
      await light(3);
      const [mine, other] = await Promise.all([
        call(refreshCall(tokens)),
        call(refreshCall(tokens, { sender: 'tab' })),
      ]);
      if (mine.status !== 200 || other.status !== 200) return end();
      await light(4, 5, 6);
      take(mine);
      await light(7);
      store.set({ story: { name: 'twoTabs', from: tokens.generation, to: tokens.generation + 1 } });
    }),

    loseAnswer: scene(async () => {
      const { generation: from } = held();
      await light(3);
      const lost = await call(refreshCall(held(), { fate: 'lost' }));
      if (lost.status !== 200) return end();
      store.set({
        coins: chainTo(store.get().coins, from + 1, 'unseen'),
        story: { name: 'lost', from, to: from + 1 },
      });
      await pause(1_600);
      if (!(await renew())) return end();
      store.set({ story: { name: 'recovered', from, to: from + 1 } });
    }),

    holdBack: scene(async () => {
      const held0 = held();
      if (!(await renew())) return end();
      store.set({ story: { name: 'heldBack', from: held0.generation } });
      await pause(1_200);
      store.set({ steps: {} });
      if (!(await renew())) return end();
      await pause(900);
      const late = await call(refreshCall(held0, { fate: 'late' }));
      if (late.status !== 409) return end();
      store.set({ story: { name: 'superseded', from: held0.generation, to: held().generation } });
    }),

    stealLate: scene(() => steal(false)),
    stealFirst: scene(() => steal(true)),

    signOutEverywhere: scene(async () => {
      await call({ method: 'DELETE', path: '/auth/sessions', bearer: held().access_token });
      await call(refreshCall(held()));
      end();
      store.set({ story: { name: 'signedOut' } });
    }),

    startAgain: () =>
      store.set({ phase: 'out', tokens: undefined, coins: [], steps: {}, story: { name: 'start' } }),
  };
}
