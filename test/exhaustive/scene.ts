import { Edge, type Key, type Request, type Served } from './edge.ts';
import { ATTEMPT, acceptedFor, isPassed, judge } from './ghost.ts';
import { Guards } from './guard.ts';
import { SetInterner } from './interning.ts';
import type { Rules } from './rules.ts';
import type { Variant } from './variant.ts';
import { bit, FLAG, type Index, type State, UNKNOWN } from './world.ts';

export const STEPS = [
  'send',
  'log out',
  'sign in',
  'deliver',
  'take',
  'read',
  'restart',
  'commit',
  'record',
  'lose storage',
  'flush',
  'crash',
  'wait',
  'rob',
  'replay',
  'present',
  'foreign',
] as const;
export type StepKind = (typeof STEPS)[number];

/** Says where a step leads, and which property fell on the way. `detail`: what was sent, delivered, read and so on. */
export type Emit = (next: State, kind: StepKind, detail: number, violation?: string) => void;

/** One variant of the world with its rules: what all steps and properties share. */
export class Scene {
  readonly variant: Variant;
  readonly rules: Rules;
  readonly guards: Guards;
  readonly edge: Edge;
  readonly sets = new SetInterner();

  constructor(variant: Variant, rules: Rules) {
    this.variant = variant;
    this.rules = rules;
    this.guards = new Guards(rules);
    this.edge = new Edge(rules, this.guards, variant);
  }

  /** Signed in, with one cookie of generation 0. */
  start(): State {
    const guard = this.guards.open(this.guards.id(['none', 'none']), 0);
    return {
      ...{ guard, disk: guard, record: this.variant.storageLoss ? -1 : -2 },
      ...{ ghosts: [0, 0], jar: 1, flushed: this.variant.crash ? 1 : 0, loot: 0 },
      known: [0, this.variant.tabs === 'apart' && !this.variant.second ? 0 : UNKNOWN],
      requestsLeft: this.variant.requests,
      presentationsLeft: this.variant.thief?.presentations ?? 0,
      ...{ flags: 0, requests: 0, answers: 0, taken: 0 },
    };
  }

  /** What a page sends that goes on with generation `known`. */
  refreshRequest(tab: Index, known: number, jar: number): number {
    if (this.variant.isKeyless || known === UNKNOWN) {
      return this.edge.requests.id({ tab, kind: 'refresh', carried: jar, isOrphan: false });
    }
    const of = this.rules.sharesKeys || tab === 0 ? 'client' : 'tab';
    const wanted = { session: this.sessionOf(tab), generation: known };
    const key: Key = { of, generation: known };
    return this.edge.requests.id({ tab, kind: 'refresh', carried: jar, wanted, key, isOrphan: false });
  }

  /** The session that a tab works with. */
  sessionOf(tab: Index): Index {
    return this.variant.second ? tab : 0;
  }

  /** The pair a page goes on with after an answer. */
  learn(known: number, answer: { learns: string; generation: number }): number {
    if (known === UNKNOWN) return answer.generation;
    if (answer.learns === 'pair' && this.rules.followsPair) return answer.generation;
    return Math.max(known, answer.generation);
  }

  /** The world after the guard has served somebody, held against the properties. */
  after(state: State, served: Served, key: Key | undefined): { next: State; violation?: string } {
    const isHonest = (key?.of === 'client' || key?.of === 'tab') && this.isPromised(state);
    if (!served.presented) {
      const next = this.settle(state, served.guard);
      return isHonest && served.kind === 'none'
        ? { next, violation: 'P2: an honest request finds no cookie' }
        : { next };
    }
    const { session, generation } = served.presented;
    const isLiveAfter = this.guards.isLive(served.guard, session);
    const mayBeForgotten = this.mayBeForgotten(state, session, generation);
    const { ghost, violation } = judge(state.ghosts[session], {
      ...{ generation, isHonest, hasKey: key !== undefined, outcome: served.kind },
      attempt: attemptOf(key, generation),
      hasStorage: !(state.flags & FLAG.lost),
      mayBeForgotten,
      ...(served.successor !== undefined && { successor: served.successor }),
      isLiveAfter,
    });
    const ghosts: State['ghosts'] = session === 0 ? [ghost, state.ghosts[1]] : [state.ghosts[0], ghost];
    // Taken for theft by a guard that could not know better: from here on nothing is promised.
    const flags = mayBeForgotten && !isLiveAfter ? state.flags | FLAG.presented : state.flags;
    return {
      next: this.settle({ ...state, ghosts, flags }, served.guard),
      ...(violation !== undefined && { violation }),
    };
  }

  /** P2 holds here: nobody has presented a stolen token or is logging out. */
  isPromised({ flags }: State): boolean {
    return !this.variant.isKeyless && !(flags & (FLAG.presented | FLAG.loggingOut));
  }

  /** The record that the guard goes on from had not seen this generation, and a newer token has been presented since. */
  mayBeForgotten(state: State, session: Index, generation: number): boolean {
    if (!(state.flags & FLAG.lost) || this.variant.storageLoss?.lateDuplicates) return false;
    const ghost = state.ghosts[session];
    return acceptedFor(ghost, generation) === ATTEMPT.none && isPassed(ghost, generation);
  }

  /** The guard commits, and, if the variant has it so, the end of a session reaches its record before storage can be lost. */
  settle(state: State, guard: number): State {
    const isLate = this.variant.storageLoss?.missesEnds;
    const hasEnded =
      state.record > -2 && !isLate && this.guards.isLive(state.guard, 0) && !this.guards.isLive(guard, 0);
    return {
      ...state,
      guard,
      disk: this.rules.commitsFirst ? guard : state.disk,
      record: hasEnded ? guard : state.record,
    };
  }
}

export function request(scene: Scene, id: number): Request {
  return scene.edge.requests.value(id);
}

/** The cookie of the successor that somebody got, as a bit. */
export function gained({ presented, successor }: Served): number {
  return presented && successor !== undefined ? bit(presented.session, successor) : 0;
}

function attemptOf(key: Key | undefined, generation: number): number {
  if (!key) return ATTEMPT.keyless;
  if (key.of === 'client' && key.generation !== generation) return ATTEMPT.misplaced;
  return ATTEMPT[key.of];
}
