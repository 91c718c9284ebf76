import type { Outcome, Presented, RotationPolicy } from '../../../src/core/account/rotation.ts';
import type { Session, SpentGeneration } from '../../../src/core/account/session.ts';
import { DAY, HERE, START, sessionOf, THERE } from './sessions.ts';

export const POLICY: RotationPolicy = { refreshIdleTtlSeconds: 14 * DAY, retryWindowSeconds: 10 };
export const NO_WINDOW: RotationPolicy = { ...POLICY, retryWindowSeconds: 0 };

export const present = (generation: number, keyHash?: string): Presented => ({
  generation,
  expiresAt: START + 14 * DAY,
  ...(keyHash !== undefined && { keyHash }),
  place: THERE,
});

export const spent = (generation: number, keyHash?: string, spentAt = START): SpentGeneration => ({
  generation,
  ...(keyHash !== undefined && { keyHash }),
  spentAt,
  place: HERE,
});

export function sessionAfter(outcome: Outcome): Session {
  if (outcome.kind !== 'rotated' && outcome.kind !== 'repeated') throw new Error(`It was ${outcome.kind}`);
  return outcome.session;
}

/** At generation 5: 4 was spent by the key `d` at START, and by nobody else. */
export const keyed = sessionOf({
  generation: 5,
  spent: ['z', 'a', 'b', 'c', 'd'].map((key, at) => spent(at, key)),
});
/** At generation 5: every one was spent without a key, the last at START. */
export const unkeyed = sessionOf({ generation: 5, spent: [0, 1, 2, 3, 4].map((at) => spent(at)) });
