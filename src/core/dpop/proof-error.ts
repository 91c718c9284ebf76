import type { ProofRefusal } from './proof.ts';

/** RFC 9449 section 12.2. */
export type DpopError = 'invalid_dpop_proof' | 'use_dpop_nonce';

/** Why the proof of a request was refused, as the log names it. */
export type ProofReason = `proof_${ProofRefusal}` | 'proof_replayed' | 'proof_needs_nonce';

const INVALID = { code: 'invalid_dpop_proof', description: 'The DPoP proof is invalid' } as const;

const ERRORS: Readonly<Record<ProofReason, { code: DpopError; description: string }>> = {
  proof_malformed: INVALID,
  proof_wrong_algorithm: INVALID,
  proof_bad_signature: INVALID,
  proof_wrong_method: INVALID,
  proof_wrong_url: INVALID,
  proof_wrong_access_token: INVALID,
  proof_too_old: INVALID,
  proof_not_yet_valid: INVALID,
  proof_replayed: INVALID,
  proof_needs_nonce: {
    code: 'use_dpop_nonce',
    description: 'Make the DPoP proof again, with the nonce in the header DPoP-Nonce',
  },
};

export function isProofReason(reason: string): reason is ProofReason {
  return Object.hasOwn(ERRORS, reason);
}

/** @returns what the client learns, whoever it is that refuses */
export function proofErrorOf(reason: ProofReason): { code: DpopError; description: string } {
  return ERRORS[reason];
}
