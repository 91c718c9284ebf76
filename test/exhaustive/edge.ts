import type { CookieName, JarChoice, JarEntry, Wanted } from '../../src/core/cookies/refresh-jar.ts';
import { type Guards, originOf, sidOf } from './guard.ts';
import { Interner, memoize } from './interning.ts';
import type { Rules } from './rules.ts';
import type { Variant } from './variant.ts';
import { bit, type Index, type Pair, pairsIn } from './world.ts';

/** Whose key a request carries, and for which generation it was made. */
export type Key = { of: 'client' | 'tab' | 'thief' | 'foreign'; generation: number };

export type Request = {
  tab: Index;
  kind: 'refresh' | 'logout';
  /** The jar as it was when the request was sent. */
  carried: number;
  /** The pair that it names; generation -1: only the session; without it: nothing. */
  wanted?: Pair;
  key?: Key;
  /** Its page died with the browser: nobody takes its answer. */
  isOrphan: boolean;
};

/** What an answer does to the jar, and what its page learns from it. */
export type Answer = {
  tab: Index;
  clears: number;
  sets: number;
  learns: 'success' | 'pair' | 'signed out';
  session: Index;
  generation: number;
};

export type Served = {
  kind:
    | 'rotated'
    | 'repeated'
    | 'late'
    | 'superseded'
    | 'reused'
    | 'unknown'
    | 'expired'
    | 'none'
    | 'signed out';
  /** The token that was presented to the guard, if the request got so far. */
  presented?: Pair;
  /** The generation of the new token, if it was accepted. */
  successor?: number;
  /** The guard afterwards. */
  guard: number;
  /** Refusals that sign out do nothing to the jar and have no answer here. */
  answer?: Answer;
};

/** The Worker in front of the guard: `/auth/refresh` and `/auth/logout` for cookies, as src/http has them. */
export class Edge {
  readonly requests = new Interner<Request>((request) => JSON.stringify(request));
  readonly answers = new Interner<Answer>((answer) => JSON.stringify(answer));
  /** Of a request and a guard, by number. */
  readonly serve = memoize((request: number, guard: number) =>
    this.#serve(this.requests.value(request), guard),
  );
  readonly #rules: Rules;
  readonly #guards: Guards;
  readonly #variant: Variant;

  constructor(rules: Rules, guards: Guards, variant: Variant) {
    this.#rules = rules;
    this.#guards = guards;
    this.#variant = variant;
  }

  /** The answer to a sign-in whose request carried the jar. */
  signIn(session: Index, carried: number): Answer {
    return this.#success({ tab: session, carried }, { session, generation: 0 });
  }

  /** A token presented to the guard; its thief needs no jar for it. */
  present(pair: Pair, key: Key | undefined, guard: number): Served {
    const { outcome, guard: next } = this.#guards.present(guard, pair, hash(pair, key));
    const successor = 'session' in outcome && { successor: outcome.session.generation };
    return { kind: outcome.kind, presented: pair, guard: next, ...successor };
  }

  #serve(request: Request, guard: number): Served {
    const choice = this.#choose(request, wantedOf(request));
    if (choice.kind === 'none') return { kind: 'none', guard };
    if (choice.kind === 'superseded') {
      return { kind: 'superseded', guard, answer: pointer(request, choice.newest.name) };
    }
    const pair = pairOf(choice.entry.name);
    return request.kind === 'logout'
      ? this.#logout(request, pair, guard)
      : this.#refresh(request, pair, guard);
  }

  #refresh(request: Request, pair: Pair, guard: number): Served {
    const served = this.present(pair, request.key, guard);
    if (served.successor !== undefined) {
      const answer = this.#success(request, { session: pair.session, generation: served.successor });
      return { ...served, answer };
    }
    if (served.kind !== 'late') return served;
    const newest = this.#choose(request, { session: sidOf(pair.session) });
    return newest.kind === 'taken' ? { ...served, answer: pointer(request, newest.entry.name) } : served;
  }

  #logout(request: Request, { session }: Pair, guard: number): Served {
    const clears = pairsIn(request.carried)
      .filter((pair) => pair.session === session)
      .reduce((bits, pair) => bits | bit(pair.session, pair.generation), 0);
    const answer: Answer = {
      tab: request.tab,
      clears,
      sets: 0,
      learns: 'signed out',
      session,
      generation: 0,
    };
    return { kind: 'signed out', guard: this.#guards.end(guard, session), answer };
  }

  #choose(request: Request, wanted: Wanted): JarChoice {
    const origin = originOf(this.#originIndex(request.tab));
    const entries = this.#entries(request.carried)
      .filter(({ name }) => wanted.session === undefined || name.sid === wanted.session)
      .filter((entry) => this.#rules.counts(entry, origin));
    return this.#rules.choose(entries, wanted);
  }

  #success(request: Pick<Request, 'tab' | 'carried'>, pair: Pair): Answer {
    const carried = this.#entries(request.carried).map(({ name }) => name);
    const older = this.#rules.olderThan(carried, nameOf(pair)).map(pairOf);
    const clears = older.reduce((bits, { session, generation }) => bits | bit(session, generation), 0);
    return { tab: request.tab, clears, sets: bit(pair.session, pair.generation), learns: 'success', ...pair };
  }

  #entries(carried: number): JarEntry[] {
    return pairsIn(carried).map((pair) => ({
      name: nameOf(pair),
      text: '',
      token: tokenOf(pair, originOf(this.#originIndex(pair.session))),
    }));
  }

  #originIndex(index: Index): Index {
    return this.#variant.second === 'origin' ? index : 0;
  }
}

/** As `hashAttempt` does it: over the token that the browser's cookie brought, not over the pair that the page named. */
function hash({ session, generation }: Pair, key: Key | undefined): string | undefined {
  return key && `${session}-${generation} ${key.of}${key.generation}`;
}

function wantedOf({ wanted }: Request): Wanted {
  if (!wanted) return {};
  const session = sidOf(wanted.session);
  return wanted.generation < 0 ? { session } : { session, generation: wanted.generation };
}

function pointer({ tab }: Request, name: CookieName): Answer {
  return { tab, clears: 0, sets: 0, learns: 'pair', ...pairOf(name) };
}

function nameOf({ session, generation }: Pair): CookieName {
  return { sid: sidOf(session), generation };
}

function pairOf({ sid, generation }: CookieName): Pair {
  return { session: sid === sidOf(0) ? 0 : 1, generation };
}

function tokenOf({ session, generation }: Pair, origin: string): JarEntry['token'] {
  return {
    ...{ username: '', sid: sidOf(session), clientId: '', scope: '', amr: [], authTime: 0, origin },
    ...{ generation, jti: '', issuedAt: generation, validUntil: 0, expiresAt: 0 },
  };
}
