import { describe, expect, it } from 'vitest';
import {
  decide,
  type Outcome,
  type Presented,
  type RotationPolicy,
} from '../../../src/core/account/rotation.ts';
import type { Session, SpentGeneration } from '../../../src/core/account/session.ts';
import { DAY, deepFreeze, HERE, START, sessionOf, THERE } from './sessions.ts';

const POLICY: RotationPolicy = { refreshIdleTtlSeconds: 14 * DAY, retryWindowSeconds: 10 };
const NO_WINDOW: RotationPolicy = { ...POLICY, retryWindowSeconds: 0 };

const present = (generation: number, keyHash?: string): Presented => ({
  generation,
  expiresAt: START + 14 * DAY,
  ...(keyHash !== undefined && { keyHash }),
  place: THERE,
});

const spent = (generation: number, keyHash?: string, spentAt = START): SpentGeneration => ({
  generation,
  ...(keyHash !== undefined && { keyHash }),
  spentAt,
  place: HERE,
});

function sessionAfter(outcome: Outcome): Session {
  if (outcome.kind !== 'rotated' && outcome.kind !== 'repeated') throw new Error(`It was ${outcome.kind}`);
  return outcome.session;
}

/** At generation 5: 4 was spent by the key `d` at START, and by nobody else. */
const keyed = sessionOf({ generation: 5, spent: ['z', 'a', 'b', 'c', 'd'].map((key, at) => spent(at, key)) });
/** At generation 5: every one was spent without a key, the last at START. */
const unkeyed = sessionOf({ generation: 5, spent: [0, 1, 2, 3, 4].map((at) => spent(at)) });

type Row = {
  token: string;
  session: Session | undefined;
  presented: Presented;
  after?: number;
  policy?: RotationPolicy;
  outcome: Outcome['kind'];
};

describe('decide: the rotation table (RFC 9700 section 4.14.2)', () => {
  it.each<Row>([
    { token: 'the current one, with a key', session: keyed, presented: present(5, 'k'), outcome: 'rotated' },
    { token: 'the current one, without a key', session: keyed, presented: present(5), outcome: 'rotated' },
    {
      token: 'the current one, with an earlier generation’s key',
      session: keyed,
      presented: present(5, 'd'),
      outcome: 'rotated',
    },
    {
      token: 'the current one of a restored session',
      session: { ...keyed, restored: true },
      presented: present(5),
      outcome: 'rotated',
    },

    {
      token: 'the previous one, by the key that spent it',
      session: keyed,
      presented: present(4, 'd'),
      outcome: 'repeated',
    },
    {
      token: 'the previous one, by the key that spent it, days later',
      session: keyed,
      presented: present(4, 'd'),
      after: 13 * DAY,
      outcome: 'repeated',
    },
    {
      token: 'the previous one, by its key, where there is no retry window',
      session: keyed,
      presented: present(4, 'd'),
      policy: NO_WINDOW,
      outcome: 'repeated',
    },
    {
      token: 'the previous one, by another key',
      session: keyed,
      presented: present(4, 'e'),
      outcome: 'reused',
    },
    {
      token: 'the previous one, by the key of the one before',
      session: keyed,
      presented: present(4, 'c'),
      outcome: 'reused',
    },
    {
      token: 'the previous one, spent with a key, now without',
      session: keyed,
      presented: present(4),
      outcome: 'reused',
    },
    {
      token: 'the previous one, spent without a key, now with one',
      session: unkeyed,
      presented: present(4, 'd'),
      outcome: 'reused',
    },

    {
      token: 'the previous one, without keys, at once',
      session: unkeyed,
      presented: present(4),
      outcome: 'repeated',
    },
    {
      token: 'the previous one, without keys, at 9.999 s',
      session: unkeyed,
      presented: present(4),
      after: 9.999,
      outcome: 'repeated',
    },
    {
      token: 'the previous one, without keys, at 10 s',
      session: unkeyed,
      presented: present(4),
      after: 10,
      outcome: 'reused',
    },
    {
      token: 'the previous one, without keys, by a clock that went back',
      session: unkeyed,
      presented: present(4),
      after: -1,
      outcome: 'repeated',
    },
    {
      token: 'the previous one, without keys or a window',
      session: unkeyed,
      presented: present(4),
      policy: NO_WINDOW,
      outcome: 'reused',
    },

    {
      token: 'one before the previous, by its key',
      session: keyed,
      presented: present(3, 'c'),
      outcome: 'late',
    },
    { token: 'the very first, by its key', session: keyed, presented: present(0, 'z'), outcome: 'late' },
    {
      token: 'one before the previous, by another key',
      session: keyed,
      presented: present(3, 'd'),
      outcome: 'reused',
    },
    {
      token: 'one before the previous, without a key',
      session: keyed,
      presented: present(3),
      outcome: 'reused',
    },
    {
      token: 'one before the previous, without keys, in the window',
      session: unkeyed,
      presented: present(3),
      outcome: 'reused',
    },
    {
      token: 'one that was spent before our memory begins',
      session: sessionOf({ generation: 40 }),
      presented: present(3, 'c'),
      outcome: 'reused',
    },

    { token: 'one ahead', session: keyed, presented: present(6, 'k'), outcome: 'unknown' },
    {
      token: 'one ahead of a restored session',
      session: { ...keyed, restored: true },
      presented: present(6, 'k'),
      outcome: 'rotated',
    },
    {
      token: 'one far ahead of a restored session',
      session: { ...keyed, restored: true },
      presented: present(900),
      outcome: 'rotated',
    },
    { token: 'one of no session', session: undefined, presented: present(0), outcome: 'unknown' },
  ])('$token: $outcome', ({ session, presented, after = 0, policy = POLICY, outcome }) => {
    expect(decide(session, presented, policy, START + after).kind).toBe(outcome);
  });

  it.each([
    ['the current one', present(5)],
    ['the previous one by its key', present(4, 'd')],
    ['a late duplicate', present(3, 'c')],
    ['a reuse', present(3, 'x')],
    ['one ahead of a restored session', present(9)],
  ])('%s is good until its own end, and expired exactly there', (_, presented) => {
    const session = { ...keyed, restored: true };
    const mortal = { ...presented, expiresAt: START + 100 };
    expect(decide(session, mortal, POLICY, START + 99.999).kind).not.toBe('expired');
    expect(decide(session, mortal, POLICY, START + 100)).toEqual({ kind: 'expired' });
  });

  it('ends at the session’s absolute end, whatever the token says', () => {
    const session = sessionOf({ expiresAt: START + 100 });
    expect(decide(session, present(0), POLICY, START + 99.999).kind).toBe('rotated');
    expect(decide(session, present(0), POLICY, START + 100).kind).toBe('expired');
  });

  it('tells who spent a reused token first, where that is remembered', () => {
    expect(decide(keyed, present(4, 'e'), POLICY, START)).toEqual({
      kind: 'reused',
      firstUse: spent(4, 'd'),
    });
    const forgotten = decide(sessionOf({ generation: 40 }), present(3), POLICY, START);
    expect(forgotten).toEqual({ kind: 'reused', firstUse: undefined });
  });
});

describe('decide: what a rotation changes', () => {
  it('raises the generation, remembers the attempt and its place', () => {
    const next = sessionAfter(decide(keyed, present(5, 'k'), POLICY, START + 7.5));
    expect(next).toEqual({
      ...keyed,
      generation: 6,
      lastUsedAt: START + 7,
      idleExpiresAt: START + 7 + 14 * DAY,
      place: THERE,
      spent: [...keyed.spent, { generation: 5, keyHash: 'k', spentAt: START + 7.5, place: THERE }],
    });
    expect(sessionAfter(decide(keyed, present(5), POLICY, START)).spent.at(-1)).not.toHaveProperty('keyHash');
  });

  it('moves a restored session to one after a token that is ahead', () => {
    const next = sessionAfter(decide({ ...keyed, restored: true }, present(40, 'k'), POLICY, START));
    expect(next.generation).toBe(41);
    expect(decide(next, present(40, 'k'), POLICY, START).kind).toBe('repeated');
    expect(decide(next, present(40, 'x'), POLICY, START).kind).toBe('reused');
    expect(decide(next, present(39, 'x'), POLICY, START).kind).toBe('reused');
  });

  it('of a repeat is only when the session was used last', () => {
    const next = sessionAfter(decide(keyed, present(4, 'd'), POLICY, START + 60.9));
    expect(next).toEqual({ ...keyed, lastUsedAt: START + 60, idleExpiresAt: START + 60 + 14 * DAY });
  });

  it('counts the retry window from the first use, not from the last repeat', () => {
    const repeated = sessionAfter(decide(unkeyed, present(4), POLICY, START + 9));
    expect(decide(repeated, present(4), POLICY, START + 9.5).kind).toBe('repeated');
    expect(decide(repeated, present(4), POLICY, START + 11).kind).toBe('reused');
  });

  it.each([5, 4])('never moves the idle end beyond the absolute end (generation %i)', (generation) => {
    const session = { ...keyed, expiresAt: START + 3 * DAY };
    const next = sessionAfter(decide(session, present(generation, 'd'), POLICY, START + DAY));
    expect(next.idleExpiresAt).toBe(START + 3 * DAY);
  });

  it.each<[string, Session, Presented]>([
    ['rotated', keyed, present(5, 'k')],
    ['repeated', keyed, present(4, 'd')],
    ['late', keyed, present(3, 'c')],
    ['reused', keyed, present(3, 'x')],
    ['rotated', { ...keyed, restored: true }, present(9)],
  ])('%s leaves what it was given as it was', (kind, session, presented) => {
    const outcome = decide(
      deepFreeze(structuredClone(session)),
      deepFreeze(structuredClone(presented)),
      deepFreeze({ ...POLICY }),
      START,
    );
    expect(outcome.kind).toBe(kind);
  });
});

describe('decide: how long a spent generation’s key is remembered', () => {
  /** Rotates `count` times with keys, `pause` seconds apart. */
  function rotateOften(count: number, pause: number) {
    let session = sessionOf();
    let now = START;
    for (let generation = 0; generation < count; generation += 1, now += pause)
      session = sessionAfter(decide(session, present(generation, `k${generation}`), POLICY, now));
    return { session, now: now - pause };
  }
  const presentedAgain = (session: Session, generation: number, now: number) =>
    decide(session, { ...present(generation, `k${generation}`) }, POLICY, now).kind;

  it('for the last 16 generations, however old', () => {
    const { session, now } = rotateOften(30, DAY / 4);
    expect(session.spent.map((each) => each.generation)).toEqual(
      Array.from({ length: 16 }, (_, i) => 14 + i),
    );
    expect(presentedAgain(session, 14, now)).toBe('late');
    expect(presentedAgain(session, 13, now)).toBe('reused');
  });

  it('for 10 minutes, however many', () => {
    const { session, now } = rotateOften(700, 1);
    expect(session.spent).toHaveLength(600);
    expect(presentedAgain(session, 100, now)).toBe('late');
    expect(presentedAgain(session, 99, now)).toBe('reused');
  });

  it('for 1,024 generations at most', () => {
    const { session, now } = rotateOften(1_100, 0.1);
    expect(session.spent).toHaveLength(1_024);
    expect(presentedAgain(session, 76, now)).toBe('late');
    expect(presentedAgain(session, 75, now)).toBe('reused');
  });

  it('for 10,000 rotations without growing', () => {
    const { session } = rotateOften(10_000, 60);
    expect(session.spent).toHaveLength(16);
    expect(JSON.stringify(session).length).toBeLessThan(3_000);
  });
});
