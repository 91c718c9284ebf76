import type { Proof } from '../core/dpop/proof.ts';

/** Remembers the proofs that were used. One place for all of an API's instances makes it certain that none is used twice. */
export type ProofMemory = {
  /** Notes a proof. @returns false if it was noted before */
  use(proof: Pick<Proof, 'jti' | 'thumbprint' | 'expiresAt'>, now: number): boolean | Promise<boolean>;
};

/** Of one key: when each proof is over by itself, by its id, in the order in which they came. */
type Used = Map<string, number>;

/**
 * Finds a replay within one instance of the API. What doesn't fit any more is forgotten: the oldest proof of the key that has the
 * most. So nobody pushes a captured proof out of it with many of their own.
 */
export function createProofMemory(capacity: number): ProofMemory {
  /** By thumbprint, what was used last at the end. */
  const keys = new Map<string, Used>();
  let size = 0;

  function forget(used: Used, jti: string): void {
    if (used.delete(jti)) size -= 1;
  }

  function makeRoom(now: number): void {
    let largest: Used = new Map();
    for (const [thumbprint, used] of keys) {
      for (const [jti, end] of used) {
        if (end > now) break;
        forget(used, jti);
      }
      if (used.size === 0) keys.delete(thumbprint);
      if (used.size > largest.size) largest = used;
    }
    const [oldest] = largest.keys();
    if (size >= capacity && oldest !== undefined) forget(largest, oldest);
  }

  return {
    use({ jti, thumbprint, expiresAt }, now) {
      if ((keys.get(thumbprint)?.get(jti) ?? 0) > now) return false;
      if (size >= capacity) makeRoom(now);
      const used = keys.get(thumbprint) ?? new Map();
      forget(used, jti);
      keys.delete(thumbprint);
      keys.set(thumbprint, used.set(jti, expiresAt));
      size += 1;
      return true;
    },
  };
}
