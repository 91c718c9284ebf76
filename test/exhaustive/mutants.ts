import { restoreSession } from '../../src/core/account/session.ts';
import { REAL_RULES, type Rules } from './rules.ts';
import type { Variant } from './variant.ts';

/** A rule that is broken in one place, a world in which that shows, and the property that falls there. */
export type Mutant = { name: string; rules: Partial<Rules>; world: Variant; falls: RegExp };

const { decide, choose, counts } = REAL_RULES;
const TABS: Variant = { name: 'two tabs', requests: 3, tabs: 'shared', restart: true };
const THIEF: Variant = {
  ...TABS,
  requests: 2,
  name: 'a thief',
  thief: { presentations: 2, isKeyless: true },
};

/** Broken rules of rotation, of the jar, of the guard and of the client. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the key is not compared',
    rules: {
      decide(session, presented, policy, now) {
        const first = session?.spent.find(({ generation }) => generation === presented.generation);
        const { keyHash: _, ...bare } = presented;
        const { keyHash } = first ?? {};
        return decide(
          session,
          first ? { ...bare, ...(keyHash !== undefined && { keyHash }) } : presented,
          policy,
          now,
        );
      },
    },
    world: THIEF,
    falls: /^P1: generation \d is accepted for two attempts/,
  },
  {
    name: 'a duplicate that comes late is taken for reuse',
    rules: {
      decide(...args) {
        const outcome = decide(...args);
        return outcome.kind === 'late' ? { kind: 'reused', firstUse: undefined } : outcome;
      },
    },
    world: TABS,
    falls: /^P2/,
  },
  {
    name: 'reuse is taken for a late duplicate',
    rules: {
      decide(...args) {
        const outcome = decide(...args);
        return outcome.kind === 'reused' ? { kind: 'late' } : outcome;
      },
    },
    world: THIEF,
    falls: /^P3: generation \d is presented by two attempts, and its session lives on/,
  },
  {
    name: 'a repeat is answered with a successor of its own',
    rules: {
      decide(...args) {
        const outcome = decide(...args);
        return outcome.kind === 'repeated'
          ? { ...outcome, session: { ...outcome.session, generation: outcome.session.generation + 1 } }
          : outcome;
      },
    },
    world: TABS,
    falls: /^P1: the successor of generation \d is/,
  },
  {
    name: 'a repeat is answered although its successor is in use',
    rules: {
      decide(session, ...args) {
        const outcome = decide(session, ...args);
        return outcome.kind === 'late' && session ? { kind: 'repeated', session } : outcome;
      },
    },
    world: TABS,
    falls: /^P[13]/,
  },
  {
    name: 'only the previous key is kept',
    rules: {
      decide(...args) {
        const outcome = decide(...args);
        return 'session' in outcome
          ? { ...outcome, session: { ...outcome.session, spent: outcome.session.spent.slice(-1) } }
          : outcome;
      },
    },
    world: TABS,
    falls: /^P2/,
  },
  {
    name: 'RETRY_WINDOW never ends',
    rules: {
      decide: (session, presented, policy, now) =>
        decide(session, presented, { ...policy, retryWindowSeconds: Number.POSITIVE_INFINITY }, now),
    },
    world: { ...THIEF, isKeyless: true },
    falls: /^P1: generation \d is accepted for two attempts/,
  },
  {
    name: 'a session that has ended is forgotten, and its token believed',
    rules: {
      decide: (session, presented, policy, now) =>
        decide(session ?? believed(presented.generation, now), presented, policy, now),
    },
    world: { ...TABS, name: 'a sign-out', logout: true },
    falls: /^P4: a token is accepted after the logout was answered/,
  },
  {
    name: 'a token ahead of a restored session is not believed',
    rules: {
      decide: (session, ...args) => decide(session && { ...session, restored: false }, ...args),
    },
    world: { ...TABS, name: 'lost storage', storageLoss: { lag: 1 } },
    falls: /^P2/,
  },
  {
    name: 'the newest cookie is taken, whichever is named',
    rules: { choose: (entries, { session }) => choose(entries, { session }) },
    world: TABS,
    falls: /^P2/,
  },
  {
    name: 'a cookie counts for every origin',
    rules: { counts: (entry) => counts(entry, undefined) },
    world: { ...TABS, name: 'two origins', tabs: 'apart', second: 'origin' },
    falls: /^P3: another origin's page is served/,
  },
  {
    name: 'a success clears the cookies of another session',
    rules: { olderThan: (carried, success) => carried.filter(({ sid }) => sid !== success.sid) },
    world: { ...TABS, name: 'two sign-ins', tabs: 'apart', second: 'sign-in' },
    falls: /^P2/,
  },
  {
    name: 'the guard answers before it commits',
    rules: { commitsFirst: false },
    world: TABS,
    falls: /^P5: an answered rotation is forgotten/,
  },
  {
    name: 'each tab makes a key of its own',
    rules: { sharesKeys: false },
    world: { ...TABS, tabs: 'apart' },
    falls: /^P2/,
  },
  {
    name: 'the client follows no lower pair',
    rules: { followsPair: false },
    world: { ...TABS, name: 'a browser that crashes', crash: { isPaced: true } },
    falls: /^P2/,
  },
];

function believed(generation: number, now: number) {
  const facts = { sid: '', clientId: '', scope: '', amr: [], authTime: now, expiresAt: now + 86_400 };
  return restoreSession(facts, generation, { device: '', country: '' }, now);
}
