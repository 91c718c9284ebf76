import { forgetFrom, letWindowsPass } from './ghost.ts';
import { type Emit, gained, request, type Scene } from './scene.ts';
import { FLAG, highest, numberOf, pairsIn, type State } from './world.ts';

/** What befalls the guard: it dies, its record is written, its storage is lost; and time goes by. */
export function guardSteps(scene: Scene, state: State, emit: Emit): void {
  const { variant, guards } = scene;
  if (variant.restart) emit({ ...state, guard: state.disk }, 'restart', 0);
  if (!scene.rules.commitsFirst) emit({ ...state, disk: state.guard }, 'commit', 0);
  if (state.record > -2) {
    emit({ ...state, record: state.guard }, 'record', 0);
    const recorded = state.record < 0 ? 0 : Math.max(0, guards.generation(state.record, 0));
    const lag = guards.generation(state.guard, 0) - recorded;
    if (!guards.isLive(state.guard, 0) || lag <= (variant.storageLoss?.lag ?? 0))
      loseStorage(scene, state, emit);
  }
  if (variant.isKeyless || variant.thief?.isKeyless) wait(scene, state, emit);
}

function loseStorage(scene: Scene, state: State, emit: Emit): void {
  const guard = scene.guards.restore(state.record);
  const known = Math.max(0, scene.guards.generation(guard, 0));
  const ghosts: State['ghosts'] = [letWindowsPass(forgetFrom(state.ghosts[0], known)), state.ghosts[1]];
  emit(
    { ...state, guard, disk: guard, record: -2, ghosts, flags: state.flags | FLAG.lost },
    'lose storage',
    0,
  );
}

function wait(scene: Scene, state: State, emit: Emit): void {
  const [a, b] = state.ghosts;
  const guard = scene.guards.wait(state.guard);
  emit(
    { ...state, guard, disk: scene.guards.wait(state.disk), ghosts: [letWindowsPass(a), letWindowsPass(b)] },
    'wait',
    0,
  );
}

/** What befalls the browser. */
export function browserSteps(scene: Scene, state: State, emit: Emit): void {
  if (!scene.variant.crash) return;
  emit({ ...state, flushed: state.jar }, 'flush', 0);
  const orphans = scene.sets.members(state.requests).map((id) => {
    return scene.edge.requests.id({ ...request(scene, id), isOrphan: true });
  });
  const requests = scene.sets.of(orphans);
  emit({ ...state, jar: state.flushed, requests, answers: 0, taken: 0 }, 'crash', 0);
}

/** What a thief does: he looks into the jar once, replays what he heard, and presents what he has. */
export function thiefSteps(scene: Scene, state: State, emit: Emit): void {
  const { thief } = scene.variant;
  if (!thief) return;
  if (!(state.flags & FLAG.robbed)) {
    emit({ ...state, loot: state.loot | state.jar, flags: state.flags | FLAG.robbed }, 'rob', 0);
  }
  if (thief.replays) replay(scene, state, emit);
  if (state.presentationsLeft === 0) return;
  for (const pair of pairsIn(state.loot)) {
    present(scene, state, pair, true, emit);
    if (thief.isKeyless) present(scene, state, pair, false, emit);
  }
}

function replay(scene: Scene, state: State, emit: Emit): void {
  for (const id of scene.sets.members(state.requests)) {
    const { kind, key } = request(scene, id);
    if (kind === 'logout') continue;
    const served = scene.edge.serve(id, state.guard);
    const { next, violation } = scene.after(state, served, key);
    emit({ ...next, loot: next.loot | gained(served) }, 'replay', id, violation);
  }
}

function present(
  scene: Scene,
  state: State,
  pair: ReturnType<typeof pairsIn>[number],
  isKeyed: boolean,
  emit: Emit,
) {
  const key = isKeyed ? ({ of: 'thief', generation: pair.generation } as const) : undefined;
  const served = scene.edge.present(pair, key, state.guard);
  const { next, violation } = scene.after({ ...state, flags: state.flags | FLAG.presented }, served, key);
  const isIdle = next.guard === state.guard && next.ghosts[0] === state.ghosts[0];
  if (isIdle && violation === undefined && (state.loot | gained(served)) === state.loot) return;
  const presentationsLeft = state.presentationsLeft - 1;
  emit(
    { ...next, presentationsLeft, loot: next.loot | gained(served) },
    'present',
    numberOf(pair) * 2 + Number(isKeyed),
    violation,
  );
}

/** A page of the other origin names the first session's cookies, with a key of its own. */
export function foreignSteps(scene: Scene, state: State, emit: Emit): void {
  if (scene.variant.second !== 'origin') return;
  for (let generation = 0; generation <= highest(state.jar, 0); generation++) {
    const key = { of: 'foreign', generation } as const;
    const id = scene.edge.requests.id({
      ...{
        tab: 1,
        kind: 'refresh',
        carried: state.jar,
        wanted: { session: 0, generation },
        key,
        isOrphan: false,
      },
    });
    const served = scene.edge.serve(id, state.guard);
    const { next, violation } = scene.after(state, served, key);
    const problem =
      served.kind === 'none' ? violation : "P3: another origin's page is served with this session's cookie";
    emit(next, 'foreign', generation, problem);
  }
}
