/** Cookies, tokens and marks of a session and generation are bits of one number. */
export const GENERATIONS = 8;
export const UNKNOWN = 15;

/** Sessions and tabs: the first is there from the beginning, the second only in some worlds. */
export type Index = 0 | 1;

/**
 * One moment of the world. Numbers only: sets and the guard's sessions are known by the number an interner gave them.
 *
 * Requests and answers stay where they are once they are there. One that is lost is one that nobody takes, one that is
 * doubled is taken twice, and the order is anybody's: so loss needs no step of its own, and states that differ only in what was lost are one.
 */
export type State = {
  /** The guard as it answers now, and as its storage has it. */
  guard: number;
  disk: number;
  /** The guard whose sessions the KV record shows; -1: it is older than the sessions; -2: it matters no more. */
  record: number;
  /** What has really happened to each session: the properties' own memory. */
  ghosts: readonly [number, number];
  jar: number;
  /** The jar as the browser last wrote it to its disk. */
  flushed: number;
  /** The thief's tokens. */
  loot: number;
  /** The generation that each tab goes on with; `UNKNOWN` before it has read any. */
  known: readonly [number, number];
  /** Requests and presentations that may still be made. */
  requestsLeft: number;
  presentationsLeft: number;
  flags: number;
  /** Requests on their way, answers on their way, and answers whose cookies the browser has taken. */
  requests: number;
  answers: number;
  taken: number;
};

export const FLAG = { robbed: 1, presented: 2, loggingOut: 4, lost: 8, signedIn: 16 } as const;

/** The words of an encoded state. Equal states have equal words. */
export const WORDS = 11;

export function encode(state: State, into: Int32Array): void {
  into[0] = state.guard;
  into[1] = state.disk;
  into[2] = state.record;
  into[3] = state.ghosts[0];
  into[4] = state.ghosts[1];
  into[5] = state.jar | (state.flushed << 16);
  into[6] = state.loot | (state.known[0] << 16) | (state.known[1] << 20) | (state.requestsLeft << 24);
  into[7] = state.flags | (state.presentationsLeft << 8);
  into[8] = state.requests;
  into[9] = state.answers;
  into[10] = state.taken;
}

export function decode(words: Int32Array, at: number): State {
  const word = (index: number) => words[at + index] ?? 0;
  return {
    guard: word(0),
    disk: word(1),
    record: word(2),
    ghosts: [word(3), word(4)],
    jar: word(5) & 0xffff,
    flushed: word(5) >>> 16,
    loot: word(6) & 0xffff,
    known: [(word(6) >>> 16) & 15, (word(6) >>> 20) & 15],
    requestsLeft: word(6) >>> 24,
    presentationsLeft: word(7) >>> 8,
    flags: word(7) & 0xff,
    requests: word(8),
    answers: word(9),
    taken: word(10),
  };
}

export function bit(session: Index, generation: number): number {
  if (generation >= GENERATIONS) throw new Error('The world has too few generations for this variant');
  return 1 << numberOf({ session, generation });
}

export type Pair = { session: Index; generation: number };

export function numberOf({ session, generation }: Pair): number {
  return session * GENERATIONS + generation;
}

export function pairOf(number: number): Pair {
  return { session: number < GENERATIONS ? 0 : 1, generation: number % GENERATIONS };
}

/** The pairs whose bits are set. */
export function pairsIn(bits: number): Pair[] {
  const all = Array.from({ length: 2 * GENERATIONS }, (_, at) => at).filter((at) => bits & (1 << at));
  return all.map(pairOf);
}

export function highest(bits: number, session: Index): number {
  return Math.max(
    -1,
    ...pairsIn(bits)
      .filter((pair) => pair.session === session)
      .map(({ generation }) => generation),
  );
}
