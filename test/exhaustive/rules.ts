import { decide } from '../../src/core/account/rotation.ts';
import { choose, counts, olderThan } from '../../src/core/cookies/refresh-jar.ts';

/** What the search puts to the test. A test may put a broken rule in, to see that the search finds it. */
export type Rules = {
  decide: typeof decide;
  choose: typeof choose;
  counts: typeof counts;
  olderThan: typeof olderThan;
  /** The guard answers only what it has committed. */
  commitsFirst: boolean;
  /** The tabs of a client use one key for a generation, made once. */
  sharesKeys: boolean;
  /** A client goes on with the pair that a 409 names, even a lower one. */
  followsPair: boolean;
};

/** The product's own functions, and the client that DESIGN.md describes. */
export const REAL_RULES: Rules = {
  decide,
  choose,
  counts,
  olderThan,
  commitsFirst: true,
  sharesKeys: true,
  followsPair: true,
};
