import { describe, expect, it } from 'vitest';
import { formatCookieName, parseCookieName } from '../../src/core/cookies/refresh-jar.ts';
import { type Client, createIssuer, PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { parseSetCookies } from '../support/jar.ts';
import { createRandom, type Random } from '../support/random.ts';
import type { Answer, Request, Served } from './edge.ts';
import { originOf } from './guard.ts';
import { deliverySteps, honestSteps } from './honest-steps.ts';
import { foreignSteps, thiefSteps } from './hostile-steps.ts';
import { REAL_RULES } from './rules.ts';
import { type Emit, request, Scene, type StepKind } from './scene.ts';
import type { Variant } from './variant.ts';
import { bit, type Index, type Pair, pairOf, pairsIn, type State } from './world.ts';

// `RETRY_WINDOW` does not go by, so the model needs no clock either.
stopClock();

const WALKS = 4;
const STEPS = 60;
const THIEF = { presentations: 4, isKeyless: true, replays: true };
const WORLDS: readonly Variant[] = [
  { name: 'tabs', requests: 7, tabs: 'apart', logout: true, thief: THIEF },
  { name: 'origins', requests: 7, tabs: 'apart', logout: true, second: 'origin' },
  { name: 'sign-ins', requests: 7, tabs: 'apart', second: 'sign-in', thief: THIEF },
  { name: 'keyless', requests: 7, tabs: 'shared', isKeyless: true, thief: THIEF },
];

/** What an answer says that the model says too. */
type Seen = { kind: string; pair?: Pair; sets: number; clears: number };

/** The real Worker beside the model: what reaches the model's edge goes to the real one too, with the real cookies. */
class Twin {
  readonly #client: Client = createIssuer({ ALLOWED_ORIGINS: `${originOf(0)} ${originOf(1)}` });
  readonly #variant: Variant;
  readonly #username: string;
  readonly #sids: [string, string] = ['', ''];
  readonly #tokens = new Map<number, string>();

  constructor(variant: Variant, username: string) {
    this.#variant = variant;
    this.#username = username;
  }

  async signIn(session: Index, carried: number): Promise<Seen> {
    const path = session === 0 ? '/auth/register' : '/auth/login';
    const json = { username: this.#username, password: PASSWORD, transport: 'cookie' };
    const response = await this.#client.call('POST', path, { json, ...this.#from(session, carried) });
    const { session: sid } = await response.clone().json<{ session: string }>();
    this.#sids[session] = sid;
    return this.#see(response);
  }

  async deliver({ kind, tab, carried, wanted, key }: Request): Promise<Seen> {
    const json = {
      ...(wanted && { session: this.#sids[wanted.session] }),
      ...(wanted && wanted.generation >= 0 && { generation: wanted.generation }),
    };
    const path = kind === 'logout' ? '/auth/logout' : '/auth/refresh';
    const options = { json, ...(key && { key: `${key.of}-${key.generation}` }) };
    return this.#see(await this.#client.call('POST', path, { ...options, ...this.#from(tab, carried) }));
  }

  /** A thief sends the token in the body, from no browser. */
  async present(pair: Pair, isKeyed: boolean): Promise<Seen> {
    const token = this.#tokens.get(bit(pair.session, pair.generation)) ?? '';
    const response = await this.#client.refresh(token, isKeyed ? { key: `thief-${pair.generation}` } : {});
    const { kind } = await this.#see(response.clone() as Response);
    if (response.ok) {
      const next = await response.json<{ generation: number; refresh_token: string }>();
      this.#tokens.set(bit(pair.session, next.generation), next.refresh_token);
    }
    return { kind, sets: 0, clears: 0 };
  }

  #from(tab: Index, carried: number) {
    const cookies = pairsIn(carried).map(
      (pair) => `${this.#nameOf(pair)}=${this.#tokens.get(bit(pair.session, pair.generation))}`,
    );
    return {
      origin: originOf(this.#variant.second === 'origin' ? tab : 0),
      headers: { Cookie: cookies.join('; ') },
    };
  }

  async #see(response: Response): Promise<Seen> {
    const body = response.status === 204 ? {} : await response.json<Record<string, unknown>>();
    let [sets, clears] = [0, 0];
    for (const { name, value, attributes } of parseSetCookies(response)) {
      const parsed = parseCookieName(name, '');
      if (!parsed) continue;
      const its = bit(this.#sessionOf(parsed.sid), parsed.generation);
      if (attributes.get('max-age') === '0') clears |= its;
      else sets |= its;
      if (value !== '') this.#tokens.set(its, value);
    }
    const pair = typeof body.session === 'string' && {
      pair: { session: this.#sessionOf(body.session), generation: Number(body.generation) },
    };
    return { kind: kindOf(response, body), sets, clears, ...pair };
  }

  #nameOf({ session, generation }: Pair): string {
    return formatCookieName({ sid: this.#sids[session], generation }, '');
  }

  #sessionOf(sid: string): Index {
    return sid === this.#sids[1] ? 1 : 0;
  }
}

function kindOf(response: Response, body: Record<string, unknown>): string {
  if (response.status === 204) return 'signed out';
  if (response.status === 201) return 'signed in';
  if (response.ok) return response.headers.get('refresh-outcome') ?? 'signed in';
  return String(body.error);
}

/** What the model says the answer is, in the words of HTTP. */
function told({ kind, answer }: Served, isLogout: boolean): Seen {
  const none = isLogout ? 'invalid_token' : 'invalid_grant';
  const words: Partial<Record<Served['kind'], string>> = {
    ...{ rotated: kind, repeated: kind, 'signed out': kind, none },
    ...{ late: 'superseded', superseded: 'superseded' },
  };
  return { kind: words[kind] ?? 'invalid_grant', ...answerOf(answer) };
}

function answerOf(answer: Answer | undefined): Omit<Seen, 'kind'> {
  if (!answer) return { sets: 0, clears: 0 };
  const { sets, clears, learns, session, generation } = answer;
  return { sets, clears, ...(learns !== 'signed out' && { pair: { session, generation } }) };
}

type Step = { next: State; kind: StepKind; detail: number };

function stepsFrom(scene: Scene, state: State): Step[] {
  const steps: Step[] = [];
  const emit: Emit = (next, kind, detail) => void steps.push({ next, kind, detail });
  for (const each of [honestSteps, deliverySteps, thiefSteps, foreignSteps]) each(scene, state, emit);
  return steps;
}

/** Takes one step in both worlds. @returns what each says was answered; undefined if nothing reached the issuer */
async function takeStep(scene: Scene, twin: Twin, state: State, { kind, detail }: Step) {
  switch (kind) {
    case 'deliver':
    case 'replay': {
      const its = request(scene, detail);
      return {
        model: told(scene.edge.serve(detail, state.guard), its.kind === 'logout'),
        real: await twin.deliver(its),
      };
    }
    case 'foreign': {
      const wanted = { session: 0, generation: detail } as const;
      const key = { of: 'foreign', generation: detail } as const;
      const its: Request = { tab: 1, kind: 'refresh', carried: state.jar, wanted, key, isOrphan: false };
      return {
        model: told(scene.edge.serve(scene.edge.requests.id(its), state.guard), false),
        real: await twin.deliver(its),
      };
    }
    case 'present': {
      const pair = pairOf(detail >>> 1);
      const key = detail & 1 ? ({ of: 'thief', generation: pair.generation } as const) : undefined;
      const served = scene.edge.present(pair, key, state.guard);
      return { model: told(served, false), real: await twin.present(pair, key !== undefined) };
    }
    case 'sign in':
      return {
        model: { kind: 'signed in', ...answerOf(scene.edge.answers.value(detail)) },
        real: await twin.signIn(1, state.jar),
      };
    default:
      return undefined;
  }
}

function pick<T>(random: Random, all: readonly T[]): T | undefined {
  return all[Math.floor(random() * all.length)];
}

async function walk(variant: Variant, seed: number): Promise<number> {
  const random = createRandom(seed);
  const scene = new Scene(variant, REAL_RULES);
  const twin = new Twin(variant, `${variant.name}-${seed}`);
  await twin.signIn(0, 0);
  let state = scene.start();
  let compared = 0;
  for (let taken = 0; taken < STEPS; taken += 1) {
    const steps = stepsFrom(scene, state);
    const kind = pick(random, [...new Set(steps.map((step) => step.kind))]);
    const step = pick(
      random,
      steps.filter((each) => each.kind === kind),
    );
    if (!step) break;
    const answers = await takeStep(scene, twin, state, step);
    if (answers) {
      compared += 1;
      expect(answers.real, `walk ${seed}, step ${taken}`).toEqual(answers.model);
    }
    state = step.next;
  }
  return compared;
}

describe('the guard and the HTTP side of the search answer as the real ones do', () => {
  it.each(WORLDS)('on random walks through a world of $name', async (variant) => {
    let compared = 0;
    for (let seed = 1; seed <= WALKS; seed += 1) compared += await walk(variant, seed);
    expect(compared).toBeGreaterThan(WALKS * 5);
  });
});
