import { isDead, logOut } from './ghost.ts';
import { type Emit, request, type Scene } from './scene.ts';
import { FLAG, type Index, type State, UNKNOWN } from './world.ts';

const TABS: readonly Index[] = [0, 1];

/** What the client's pages do: send, take cookies, read answers, sign in and out. */
export function honestSteps(scene: Scene, state: State, emit: Emit): void {
  for (const tab of TABS) {
    if (state.known[tab] === UNKNOWN) {
      if (scene.variant.forgetful) ask(scene, state, tab, emit);
      continue;
    }
    send(scene, state, tab, emit);
    if (scene.variant.logout) sendLogout(scene, state, tab, emit);
  }
  if (scene.variant.second && !(state.flags & FLAG.signedIn)) signIn(scene, state, emit);
  for (const id of scene.sets.members(state.answers)) take(scene, state, id, emit);
  for (const id of scene.sets.members(state.taken)) read(scene, state, id, emit);
}

function send(scene: Scene, state: State, tab: Index, emit: Emit): void {
  if (state.requestsLeft === 0 || isWaitingForFlush(scene, state)) return;
  const id = scene.refreshRequest(tab, state.known[tab], state.jar);
  sendOnce(scene, state, id, (next) => emit(next, 'send', id));
}

/** A page that knows no pair asks for what the jar holds. */
function ask(scene: Scene, state: State, tab: Index, emit: Emit): void {
  if (state.requestsLeft === 0) return;
  const id = scene.refreshRequest(tab, UNKNOWN, state.jar);
  sendOnce(scene, state, id, (next) => emit(next, 'send', id));
}

function sendLogout(scene: Scene, state: State, tab: Index, emit: Emit): void {
  if (state.requestsLeft === 0) return;
  const id = scene.edge.requests.id({
    ...{ tab, kind: 'logout', carried: state.jar, isOrphan: false },
    wanted: { session: scene.sessionOf(tab), generation: -1 },
  });
  sendOnce(scene, { ...state, flags: state.flags | FLAG.loggingOut }, id, (next) =>
    emit(next, 'log out', id),
  );
}

/** The same request once more is a duplicate of the first, and those are there already. */
function sendOnce(scene: Scene, state: State, id: number, go: (next: State) => void): void {
  const requests = scene.sets.add(state.requests, id);
  if (requests !== state.requests) go({ ...state, requests, requestsLeft: state.requestsLeft - 1 });
}

/** A client that knows of crashes spends no token that its browser may still forget. */
function isWaitingForFlush(scene: Scene, state: State): boolean {
  return scene.variant.crash?.isPaced === true && state.jar !== state.flushed;
}

function signIn(scene: Scene, state: State, emit: Emit): void {
  const answer = scene.edge.answers.id(scene.edge.signIn(1, state.jar));
  const next = scene.settle(state, scene.guards.open(state.guard, 1));
  const flags = state.flags | FLAG.signedIn;
  emit({ ...next, flags, answers: scene.sets.add(state.answers, answer) }, 'sign in', answer);
}

/** The browser takes the cookies; whether the page lives to read the rest is another step. */
function take(scene: Scene, state: State, id: number, emit: Emit): void {
  const { clears, sets } = scene.edge.answers.value(id);
  emit({ ...state, jar: (state.jar & ~clears) | sets, taken: scene.sets.add(state.taken, id) }, 'take', id);
}

function read(scene: Scene, state: State, id: number, emit: Emit): void {
  const answer = scene.edge.answers.value(id);
  if (answer.learns === 'signed out') return;
  const known: [number, number] = [...state.known];
  known[answer.tab] = scene.learn(known[answer.tab], answer);
  if (known[answer.tab] !== state.known[answer.tab]) emit({ ...state, known }, 'read', id);
}

/** The network brings a request to the guard, for the first time or again. */
export function deliverySteps(scene: Scene, state: State, emit: Emit): void {
  for (const id of scene.sets.members(state.requests)) {
    const { kind, key, isOrphan, wanted } = request(scene, id);
    const served = scene.edge.serve(id, state.guard);
    const { next, violation } = scene.after(state, served, key);
    const answer = isOrphan || !served.answer ? undefined : scene.edge.answers.id(served.answer);
    const answers = answer === undefined ? state.answers : scene.sets.add(state.answers, answer);
    const isOut = kind === 'logout' && served.kind === 'signed out';
    emit({ ...(isOut ? loggedOut(next, wanted?.session ?? 0) : next), answers }, 'deliver', id, violation);
  }
}

function loggedOut(state: State, session: Index): State {
  const [a, b] = state.ghosts;
  if (isDead(state.ghosts[session])) return state;
  return { ...state, ghosts: session === 0 ? [logOut(a), b] : [a, logOut(b)] };
}
