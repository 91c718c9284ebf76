import { describe, expect, it } from 'vitest';
import {
  decide,
  type Outcome,
  type Presented,
  type RotationPolicy,
} from '../../../src/core/account/rotation.ts';
import type { Session } from '../../../src/core/account/session.ts';
import { keyed, NO_WINDOW, POLICY, present, spent, unkeyed } from './presentations.ts';
import { DAY, START, sessionOf } from './sessions.ts';

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
