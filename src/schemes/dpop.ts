import { PROOF_ALGS } from '../core/dpop/proof.ts';
import type { DpopError } from '../core/dpop/proof-error.ts';
import type { BearerError } from './bearer.ts';

const ALGS = `algs="${PROOF_ALGS.join(' ')}"`;

/** A challenge of a resource that takes tokens bound to a key. @see RFC 9449 section 7.1 */
export function dpopChallenge(error?: {
  code: BearerError | DpopError;
  description: string;
  scope?: string;
}): string {
  if (!error) return `DPoP ${ALGS}`;
  const scope = error.scope === undefined ? '' : `, scope="${error.scope}"`;
  return `DPoP error="${error.code}", error_description="${error.description}"${scope}, ${ALGS}`;
}
