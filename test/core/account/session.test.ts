import { describe, expect, it } from 'vitest';
import { idleEnd, isOver, restoreSession } from '../../../src/core/account/session.ts';
import { DAY, HERE, START, sessionOf, THERE } from './sessions.ts';

describe('idleEnd', () => {
  it.each([
    ['the idle time after the use', START, START + 14 * DAY],
    ['in whole seconds', START + 0.9, START + 14 * DAY],
    ['up to the absolute end', START + 76 * DAY, START + 90 * DAY],
    ['never beyond the absolute end', START + 76 * DAY + 1, START + 90 * DAY],
  ])('is %s', (_, now, end) => {
    expect(idleEnd({ expiresAt: START + 90 * DAY }, now, { refreshIdleTtlSeconds: 14 * DAY })).toBe(end);
  });
});

describe('isOver', () => {
  it.each([
    [{ idleExpiresAt: 100, expiresAt: 200 }, 99.999, false],
    [{ idleExpiresAt: 100, expiresAt: 200 }, 100, true],
    [{ idleExpiresAt: 300, expiresAt: 200 }, 199.999, false],
    [{ idleExpiresAt: 300, expiresAt: 200 }, 200, true],
  ])('%o at %d: %s', (session, now, over) => {
    expect(isOver(session, now)).toBe(over);
  });
});

describe('restoreSession', () => {
  it('goes on from an authentic token, its facts untouched', () => {
    const { sid, clientId, scope, amr, authTime, expiresAt } = sessionOf();
    const facts = { sid, clientId, scope, amr, authTime, expiresAt, origin: 'https://app.example.com' };
    const restored = restoreSession(facts, 12, THERE, START + DAY + 0.5);
    expect(restored).toMatchObject(facts);
    expect(restored).toMatchObject({ generation: 12, spent: [], restored: true, place: THERE });
    expect(restored).toMatchObject({ openedAt: START, lastUsedAt: START + DAY, idleExpiresAt: expiresAt });
    expect(restoreSession(sessionOf(), 0, HERE, START)).not.toHaveProperty('origin');
  });
});
