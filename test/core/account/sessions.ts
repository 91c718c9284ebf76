import type { Place, Session } from '../../../src/core/account/session.ts';

/** The moment at which these tests begin, epoch seconds. */
export const START = 2_000_000_000;
export const DAY = 86_400;
export const HERE: Place = { device: 'Chrome on macOS', country: 'DE' };
export const THERE: Place = { device: 'curl', country: 'BR' };

/** A session opened at `START`, never refreshed, of 14 idle and 90 days in all. */
export function sessionOf(differences: Partial<Session> = {}): Session {
  return {
    sid: 'tgk1x0_8f3a09c2d4e5b6a7',
    clientId: 'edgemint',
    scope: 'account',
    amr: ['pwd'],
    authTime: START,
    expiresAt: START + 90 * DAY,
    generation: 0,
    jti: 'minting-0',
    spent: [],
    openedAt: START,
    lastUsedAt: START,
    idleExpiresAt: START + 14 * DAY,
    place: HERE,
    restored: false,
    ...differences,
  };
}

/** Writing to what comes back throws: a test with it shows that its subject mutates nothing. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
