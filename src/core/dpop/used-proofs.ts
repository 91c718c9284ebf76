/** A proof that is about to count, by what tells it from all others. */
export type ProofUse = {
  /** RFC 7638 thumbprint of its key. */
  thumbprint: string;
  jti: string;
  /** When it would be refused by itself, epoch seconds. */
  until: number;
};

/** `too_many`: what its key proved lately is all that is remembered of one key. */
export type ProofVerdict = 'first' | 'replayed' | 'too_many';

/** The proofs that were used, each until it is too old. */
export type UsedProofs = { use(proof: ProofUse): Promise<ProofVerdict> };
