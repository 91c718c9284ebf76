import { describe, expect, it } from 'vitest';
import { decide, type Presented } from '../../../src/core/account/rotation.ts';
import type { Session } from '../../../src/core/account/session.ts';
import { keyed, POLICY, present, sessionAfter, unkeyed } from './presentations.ts';
import { DAY, deepFreeze, START, sessionOf, THERE } from './sessions.ts';

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

  it('and those that were spent without one for the last 16 generations only', () => {
    let session = sessionOf();
    for (let generation = 0; generation < 700; generation += 1)
      session = sessionAfter(decide(session, present(generation), POLICY, START + generation));
    expect(session.spent.map((each) => each.generation)).toEqual(
      Array.from({ length: 16 }, (_, i) => 684 + i),
    );
    for (const generation of [0, 600, 684, 698])
      expect(decide(session, present(generation), POLICY, START + 700).kind).toBe('reused');
  });

  it('for 10,000 rotations without growing', () => {
    const { session } = rotateOften(10_000, 60);
    expect(session.spent).toHaveLength(16);
    expect(JSON.stringify(session).length).toBeLessThan(3_000);
  });
});
