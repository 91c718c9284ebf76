import type { Answer, Request } from './edge.ts';
import { request, type Scene, type StepKind } from './scene.ts';
import { pairOf, pairsIn, type State } from './world.ts';

/** One step in words. `detail` is what the step was emitted with. */
export function describeStep(scene: Scene, state: State, kind: StepKind, detail: number): string {
  switch (kind) {
    case 'send':
    case 'log out':
      return `tab ${request(scene, detail).tab + 1} sends ${describeRequest(request(scene, detail))}`;
    case 'deliver':
    case 'replay':
      return describeDelivery(scene, state, kind, detail);
    case 'sign in':
      return `tab 2 signs in: ${describeAnswer(scene.edge.answers.value(detail))}`;
    case 'take':
      return `the browser takes ${describeAnswer(scene.edge.answers.value(detail))}`;
    case 'read':
      return `tab ${scene.edge.answers.value(detail).tab + 1} reads ${describeAnswer(scene.edge.answers.value(detail))}`;
    case 'rob':
      return `the thief takes a snapshot of the jar, ${describeJar(state.jar)}`;
    case 'present':
      return `the thief presents ${describePair(pairOf(detail >>> 1))} ${detail & 1 ? 'with a key of his own' : 'without a key'}`;
    case 'foreign':
      return `a page of the other origin names generation ${detail} of the first session`;
    case 'record':
      return `KV takes the record, generation ${scene.guards.generation(state.guard, 0)}`;
    default:
      return PLAIN[kind];
  }
}

const PLAIN = {
  restart: 'the guard dies and starts again',
  commit: 'the guard commits',
  'lose storage': "the guard's storage is lost; it goes on from the record",
  flush: 'the browser writes its jar to the disk',
  crash: 'the browser crashes; the jar is what was last written',
  wait: 'RETRY_WINDOW goes by',
} as const;

function describeDelivery(scene: Scene, state: State, kind: 'deliver' | 'replay', id: number): string {
  const served = scene.edge.serve(id, state.guard);
  const who = kind === 'deliver' ? 'the guard gets' : 'the thief replays to the letter';
  const answer = served.answer && describeAnswer(served.answer);
  return `${who} ${describeRequest(request(scene, id))} -> ${served.kind}${answer ? `, ${answer}` : ''}`;
}

function describeRequest({ kind, wanted, carried, key, isOrphan }: Request): string {
  const what = kind === 'logout' ? 'a logout' : 'a refresh';
  const named = wanted && wanted.generation >= 0 ? ` naming ${describePair(wanted)}` : '';
  const keyed = key ? ` with the ${key.of}'s key for ${key.generation}` : '';
  return `${what}${named}${keyed}, jar ${describeJar(carried)}${isOrphan ? ' (its page is gone)' : ''}`;
}

function describeAnswer({ learns, session, generation, clears, sets }: Answer): string {
  if (learns === 'pair') return `a 409 that names ${describePair({ session, generation })}`;
  const clearing = clears ? `, clearing ${describeJar(clears)}` : '';
  return sets ? `a success that sets ${describeJar(sets)}${clearing}` : `a logout's answer${clearing}`;
}

function describeJar(bits: number): string {
  return `{${pairsIn(bits).map(describePair).join(' ')}}`;
}

function describePair({ session, generation }: { session: number; generation: number }): string {
  return `${session === 0 ? 'A' : 'B'}${generation}`;
}
