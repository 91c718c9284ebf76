import { isDead, isLoggedOut } from './ghost.ts';
import { memoize } from './interning.ts';
import { request, type Scene } from './scene.ts';
import { FLAG, highest, type Index, type State, UNKNOWN } from './world.ts';

const ROUNDS = 8;

/** The properties that are held against a whole state; those of a single presentation are in ghost.ts. */
export class Properties {
  readonly #scene: Scene;
  /** Of a guard, and of a jar with a tab and what it knows: why the tab can't go on, or ''. */
  readonly #fate = memoize((guard: number, page: number) => this.#goOn(guard, page));
  /** Of a set of answers and a session: the newest generation that was given out. */
  readonly #newest = memoize((answers: number, session: number) => this.#newestOf(answers, session as Index));

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** @returns the property that falls here, if one does */
  inspect(state: State): string | undefined {
    return this.#durability(state, 0) ?? this.#durability(state, 1) ?? this.#recovery(state);
  }

  /** P5: what was answered, the guard knows, and of what was answered as ended it knows nothing more. */
  #durability(state: State, session: Index): string | undefined {
    if (state.flags & FLAG.lost) return undefined;
    const { guards } = this.#scene;
    const ghost = state.ghosts[session];
    const isLive = guards.isLive(state.guard, session);
    if (isLoggedOut(ghost)) return isLive ? 'P5: an answered logout is forgotten' : undefined;
    if (isDead(ghost)) return isLive ? 'P5: a session that was ended for reuse lives again' : undefined;
    const answered = Math.max(this.#newest(state.answers, session), highest(state.loot, session));
    return guards.generation(state.guard, session) < answered
      ? 'P5: an answered rotation is forgotten'
      : undefined;
  }

  /** P2: the network calms down, and each page can go on. */
  #recovery(state: State): string | undefined {
    if (!this.#scene.isPromised(state)) return undefined;
    for (const tab of [0, 1] as const) {
      const known = state.known[tab];
      if (known === UNKNOWN || this.#scene.mayBeForgotten(state, this.#scene.sessionOf(tab), known)) continue;
      const fate = this.#fate(state.guard, state.jar | (known << 16) | (tab << 20));
      if (fate !== '') return `P2: tab ${tab + 1} can't go on: ${fate}`;
    }
    return undefined;
  }

  /** The page asks and does as it is told until it has a new token, twice. */
  #goOn(guard: number, page: number): string {
    const scene = this.#scene;
    const tab: Index = page >>> 20 === 0 ? 0 : 1;
    let [its, jar, known, successes] = [guard, page & 0xffff, (page >>> 16) & 15, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const id = scene.refreshRequest(tab, known, jar);
      const served = scene.edge.serve(id, its);
      if (!served.answer) return `generation ${known} gets ${served.kind}`;
      if (served.answer.learns === 'success' && ++successes === 2) return '';
      if (served.kind === 'late' && served.answer.generation === request(scene, id).wanted?.generation)
        return `generation ${known} is late, and the jar holds nothing newer`;
      known = scene.learn(known, served.answer);
      jar = (jar & ~served.answer.clears) | served.answer.sets;
      its = served.guard;
    }
    return `it is told to go on with generation ${known} for ever`;
  }

  #newestOf(answers: number, session: Index): number {
    const { sets, edge } = this.#scene;
    const given = sets.members(answers).map((id) => edge.answers.value(id));
    const mine = given.filter((answer) => answer.session === session && answer.learns === 'success');
    return Math.max(-1, ...mine.map(({ generation }) => generation));
  }
}
