import { type DpopError, isProofReason, type ProofReason, proofErrorOf } from '../core/dpop/proof-error.ts';
import { type BearerError, bearerChallenge } from '../schemes/bearer.ts';
import { dpopChallenge } from '../schemes/dpop.ts';
import type { ClaimsRefusal } from './claims.ts';

/** Why a request was refused. For the log; the client learns what the standards say. */
export type Reason =
  | 'no_token'
  | 'malformed_authorization'
  | 'too_long'
  | 'wrong_algorithm'
  | 'wrong_type'
  | 'unknown_key'
  | 'bad_signature'
  | ClaimsRefusal
  | 'not_yet_valid'
  | 'expired'
  | 'revoked'
  | 'status_unknown'
  | 'status_out_of_bounds'
  | 'insufficient_scope'
  | 'bound_token_without_proof'
  | 'unbound_token_with_proof'
  | 'proof_of_another_key'
  | Exclude<ProofReason, 'proof_needs_nonce'>
  | 'issuer_unavailable'
  | 'check_failed';

/** A refusal, and the answer that belongs to it. */
export type Refusal = {
  reason: Reason;
  status: 400 | 401 | 403 | 503;
  /** The code of RFC 6750 section 3.1 or RFC 9449 section 12.2. */
  error: string;
  description: string;
  /** One `WWW-Authenticate` header each. */
  challenges: readonly string[];
};

export type RefusalContext = {
  realm: string;
  scope?: string | undefined;
  /** How the token came: the challenge asks for the same. */
  scheme?: 'bearer' | 'dpop' | undefined;
};

const RETRY_SECONDS = 5;

/**
 * The one place where reasons become answers.
 *
 * @see RFC 6750 section 3, RFC 9449 section 7.1
 */
export function createRefusal(reason: Reason, { realm, scope, scheme }: RefusalContext): Refusal {
  if (isProofReason(reason)) {
    const { code, description } = proofErrorOf(reason);
    return dpop(reason, 401, code, description);
  }
  const byScheme = scheme === 'dpop' ? dpop : bearer;
  switch (reason) {
    case 'no_token':
      return {
        reason,
        status: 401,
        error: 'invalid_token',
        description: 'The request carries no access token',
        challenges: [bearerChallenge(realm), dpopChallenge()],
      };
    case 'malformed_authorization':
      return bearer(reason, 400, 'invalid_request', 'The Authorization header is malformed');
    case 'insufficient_scope':
      return byScheme(reason, 403, 'insufficient_scope', 'The access token lacks a scope', scope);
    case 'expired':
      return byScheme(reason, 401, 'invalid_token', 'The access token expired');
    case 'status_unknown':
    case 'issuer_unavailable':
    case 'check_failed': {
      const description = 'The access token can not be checked now; try again';
      return { reason, status: 503, error: 'temporarily_unavailable', description, challenges: [] };
    }
    case 'too_long':
    case 'malformed':
    case 'wrong_algorithm':
    case 'wrong_type':
    case 'unknown_key':
    case 'bad_signature':
    case 'wrong_issuer':
    case 'wrong_audience':
    case 'not_yet_valid':
    case 'revoked':
    case 'status_out_of_bounds':
      return byScheme(reason, 401, 'invalid_token', 'The access token is invalid');
    case 'bound_token_without_proof':
      return dpop(
        reason,
        401,
        'invalid_token',
        'The access token is bound to a key: send it with a DPoP proof',
      );
    case 'unbound_token_with_proof':
    case 'proof_of_another_key':
      return dpop(reason, 401, 'invalid_token', 'The access token is not bound to the key of the proof');
  }
}

/** @returns the answer of a resource that refuses, in the form of RFC 6749 section 5.2 */
export function createResponse({ status, error, description, challenges }: Refusal): Response {
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  for (const challenge of challenges) headers.append('WWW-Authenticate', challenge);
  if (status === 503) headers.set('Retry-After', String(RETRY_SECONDS));
  return Response.json({ error, error_description: description }, { status, headers });
}

function bearer(
  reason: Reason,
  status: Refusal['status'],
  code: BearerError,
  description: string,
  scope?: string,
): Refusal {
  const challenge = bearerChallenge('', { code, description, ...(scope !== undefined && { scope }) });
  return { reason, status, error: code, description, challenges: [challenge] };
}

function dpop(
  reason: Reason,
  status: Refusal['status'],
  code: BearerError | DpopError,
  description: string,
  scope?: string,
): Refusal {
  const challenge = dpopChallenge({ code, description, ...(scope !== undefined && { scope }) });
  return { reason, status, error: code, description, challenges: [challenge] };
}
