import { idleEnd, type Place, type Session, type SpentGeneration } from './session.ts';

/** A refresh token and the request that carried it. The token is authentic: it decrypted. */
export type Presented = {
  generation: number;
  /** The token's own end, epoch seconds. */
  expiresAt: number;
  /** Hash of the `Idempotency-Key`, if the request had one. */
  keyHash?: string;
  place: Place;
};

export type RotationPolicy = {
  refreshIdleTtlSeconds: number;
  /** How long presentations without a key are one attempt, from the first; 0: never. */
  retryWindowSeconds: number;
};

export type Outcome =
  | { kind: 'rotated'; session: Session }
  | { kind: 'repeated'; session: Session }
  | { kind: 'late' }
  | { kind: 'reused'; firstUse: SpentGeneration | undefined }
  | { kind: 'expired' }
  | { kind: 'unknown' };

const KEPT_GENERATIONS = 16;
const KEPT_SECONDS = 600;
const MOST_KEPT_GENERATIONS = 1_024;

/**
 * The rule of rotation, and the only place that compares a presented refresh token with its session.
 *
 * | presented token | by | outcome |
 * |---|---|---|
 * | the current one, or one ahead of a restored session | anybody, in time | rotated |
 * | the previous one, its successor never presented | the attempt that spent it | repeated |
 * | a spent one, its successor already presented | the keyed attempt that spent it | late |
 * | a spent one | any other attempt | reused |
 *
 * Pure: no clock, no randomness, no I/O. The sessions that come back are new objects.
 *
 * @param session the token's session, if it lives
 * @param now epoch seconds
 * @see RFC 9700 section 4.14.2 (refresh token rotation)
 */
export function decide(
  session: Session | undefined,
  presented: Presented,
  policy: RotationPolicy,
  now: number,
): Outcome {
  if (!session) return { kind: 'unknown' };
  if (now >= presented.expiresAt || now >= session.expiresAt) return { kind: 'expired' };

  const ahead = presented.generation > session.generation;
  if (ahead && !session.restored) return { kind: 'unknown' };
  if (ahead || presented.generation === session.generation) {
    return { kind: 'rotated', session: rotate(session, presented, policy, now) };
  }

  const firstUse = session.spent.find((spent) => spent.generation === presented.generation);
  const successorUnused = presented.generation === session.generation - 1;
  if (firstUse && isSameAttempt(firstUse, presented, successorUnused, policy, now)) {
    return successorUnused ? { kind: 'repeated', session: use(session, policy, now) } : { kind: 'late' };
  }
  return { kind: 'reused', firstUse };
}

function isSameAttempt(
  firstUse: SpentGeneration,
  presented: Presented,
  successorUnused: boolean,
  policy: RotationPolicy,
  now: number,
): boolean {
  if (firstUse.keyHash !== undefined || presented.keyHash !== undefined) {
    return firstUse.keyHash === presented.keyHash;
  }
  return successorUnused && now - firstUse.spentAt < policy.retryWindowSeconds;
}

function rotate(session: Session, presented: Presented, policy: RotationPolicy, now: number): Session {
  const spent: SpentGeneration = {
    generation: presented.generation,
    ...(presented.keyHash !== undefined && { keyHash: presented.keyHash }),
    spentAt: now,
    place: presented.place,
  };
  return {
    ...use(session, policy, now),
    generation: presented.generation + 1,
    spent: [...session.spent, spent]
      .filter(isKept(presented.generation + 1, now))
      .slice(-MOST_KEPT_GENERATIONS),
    place: presented.place,
  };
}

function use(session: Session, policy: RotationPolicy, now: number): Session {
  return { ...session, lastUsedAt: Math.floor(now), idleExpiresAt: idleEnd(session, now, policy) };
}

/** An older generation that was spent without a key has nothing more to tell from another attempt: whoever presents it reuses it. */
function isKept(generation: number, now: number) {
  return (spent: SpentGeneration) =>
    spent.generation >= generation - KEPT_GENERATIONS ||
    (spent.keyHash !== undefined && now - spent.spentAt < KEPT_SECONDS);
}
