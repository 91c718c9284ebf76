import { deliverySteps, honestSteps } from './honest-steps.ts';
import { browserSteps, foreignSteps, guardSteps, thiefSteps } from './hostile-steps.ts';
import { Properties } from './properties.ts';
import type { Rules } from './rules.ts';
import { type Emit, Scene } from './scene.ts';
import { VisitedStates } from './states.ts';
import { describeStep } from './trace.ts';
import type { Variant } from './variant.ts';
import { decode, encode, type State, WORDS } from './world.ts';

export type SearchResult = {
  states: number;
  transitions: number;
  seconds: number;
  /** The first property that falls, and a shortest way to it. */
  violation?: { property: string; trace: string[] };
};

/** Visits every state of a variant, breadth first, and stops at the first property that falls. */
export function search(variant: Variant, rules: Rules): SearchResult {
  const begunAt = performance.now();
  const scene = new Scene(variant, rules);
  const visited = new VisitedStates();
  const { transitions, fall } = visitAll(scene, visited);
  return {
    states: visited.count,
    transitions,
    seconds: (performance.now() - begunAt) / 1_000,
    ...(fall && {
      violation: { property: fall.property, trace: [...traceTo(scene, visited, fall), fall.property] },
    }),
  };
}

/** Where a property falls: in the state itself, or on a step out of it. */
type Fall = { state: number; step?: string; property: string };

function visitAll(scene: Scene, visited: VisitedStates): { transitions: number; fall?: Fall } {
  const properties = new Properties(scene);
  const row = new Int32Array(WORDS);
  let transitions = 0;
  let fall: Fall | undefined;
  encode(scene.start(), row);
  visited.add(row, -1);
  for (let at = 0; at < visited.count && !fall; at++) {
    const state = decode(visited.words, at * WORDS);
    const property = properties.inspect(state);
    if (property !== undefined) return { transitions, fall: { state: at, property } };
    expand(scene, state, (next, kind, detail, violation) => {
      transitions++;
      if (violation !== undefined) {
        fall ??= { state: at, property: violation, step: describeStep(scene, state, kind, detail) };
      }
      encode(next, row);
      visited.add(row, at);
    });
  }
  return { transitions, ...(fall && { fall }) };
}

function expand(scene: Scene, state: State, emit: Emit): void {
  honestSteps(scene, state, emit);
  deliverySteps(scene, state, emit);
  guardSteps(scene, state, emit);
  browserSteps(scene, state, emit);
  thiefSteps(scene, state, emit);
  foreignSteps(scene, state, emit);
}

/** The steps are found again by taking each one out of the parent: nothing needs to be kept for them. */
function traceTo(scene: Scene, visited: VisitedStates, { state, step }: Fall): string[] {
  const trace: string[] = step === undefined ? [] : [step];
  for (let at = state; visited.parent(at) >= 0; at = visited.parent(at)) {
    trace.unshift(stepBetween(scene, visited, visited.parent(at), at));
  }
  return trace;
}

function stepBetween(scene: Scene, visited: VisitedStates, from: number, to: number): string {
  const state = decode(visited.words, from * WORDS);
  const target = visited.words.subarray(to * WORDS, (to + 1) * WORDS);
  const row = new Int32Array(WORDS);
  let found: string | undefined;
  expand(scene, state, (next, kind, detail) => {
    encode(next, row);
    if (found === undefined && row.every((word, index) => word === target[index])) {
      found = describeStep(scene, state, kind, detail);
    }
  });
  return found ?? 'a step that was not found again';
}
