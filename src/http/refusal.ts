import { routePath } from 'hono/route';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type DpopError, type ProofReason, proofErrorOf } from '../core/dpop/proof-error.ts';
import type { AccessTokenRefusal } from '../core/tokens/access-token.ts';
import type { RefreshTokenRefusal } from '../core/tokens/refresh-token.ts';
import { type BearerError, bearerChallenge } from '../schemes/bearer.ts';
import { dpopChallenge } from '../schemes/dpop.ts';
import type { Answer } from './answer.ts';
import { REALM, type RequestContext } from './context.ts';
import { answerToClient, type OAuthRefusal } from './oauth/oauth-refusal.ts';

/** Where a proof comes: the two answer differently (RFC 9449 sections 5 and 7.1). */
export type ProofPlace = 'token' | 'resource';

/** Why a request was refused. The log gets the reason, the client what `answerTo` makes of it. */
export type Refusal =
  | {
      reason: 'bad_request';
      description: string;
      status?: ContentfulStatusCode;
      headers?: Record<string, string>;
    }
  | {
      reason: 'no_credentials' | 'wrong_credentials_in_header' | 'answer_the_challenge';
      challenges: string[];
    }
  | { reason: 'wrong_credentials' }
  | { reason: 'throttled'; retryAfterSeconds: number }
  | { reason: 'no_access_token' }
  | { reason: 'malformed_authorization' | 'access_token_twice' }
  | {
      reason:
        | `access_token_${AccessTokenRefusal}`
        | 'access_token_session_ended'
        | 'access_token_client_removed'
        | 'access_token_of_a_client';
    }
  | { reason: 'access_token_without_proof' | 'access_token_of_another_key' }
  | { reason: ProofReason; place: ProofPlace }
  | { reason: 'grant_of_another_key' }
  | { reason: 'insufficient_scope'; scope: string }
  | { reason: 'stale_sign_in' }
  | { reason: `refresh_token_${RefreshTokenRefusal}` }
  | { reason: 'refresh_token_of_another_client' }
  | { reason: 'no_refresh_cookie' | 'tokens_of_different_sessions' | 'foreign_origin_token' }
  | { reason: 'session_expired' | 'session_unknown' | 'session_ended_by_reuse' | 'refresh_token_reused' }
  | { reason: 'superseded'; newest?: { sid: string; generation: number } }
  | { reason: 'unavailable'; retryAfterSeconds: number }
  | { reason: 'misconfigured' }
  | OAuthRefusal;

/** Writes the reason to the log and the standard's error to the client. */
export function refuse(
  c: RequestContext,
  refusal: Refusal,
  detail?: Record<string, string | object>,
): Response {
  const { reason } = refusal;
  // The route, not the path: a client may have put a token into that.
  c.get('services').log({ event: 'refused', method: c.req.method, route: routePath(c), reason, ...detail });
  const isDpop = /^dpop /i.test(c.req.header('authorization') ?? '');
  return respond(c, answerTo(refusal, isDpop ? dpopError : bearerError));
}

function respond(c: RequestContext, { status, body, headers, challenges }: Answer): Response {
  c.header('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(headers ?? {})) c.header(name, value);
  for (const challenge of challenges ?? []) c.header('WWW-Authenticate', challenge, { append: true });
  return c.json(body, status);
}

const REUSE_DESCRIPTION =
  'This refresh token was used twice, so someone may have stolen it. The session was ended everywhere: sign in again, and change the password if you did not expect this';

/** The one place where reasons become answers: the standard's codes, and deliberately little more. */
function answerTo(refusal: Refusal, tokenError: typeof bearerError): Answer {
  if ('place' in refusal) return proofError(refusal);
  switch (refusal.reason) {
    case 'bad_request':
      return {
        status: refusal.status ?? 400,
        body: { error: 'invalid_request', error_description: refusal.description },
        ...(refusal.headers && { headers: refusal.headers }),
      };
    case 'no_credentials':
      return {
        status: 401,
        body: { error: 'invalid_request', error_description: 'The request carries no credentials' },
        challenges: refusal.challenges,
      };
    case 'wrong_credentials_in_header':
      return { ...invalidGrant('The credentials are wrong'), status: 401, challenges: refusal.challenges };
    case 'answer_the_challenge':
      return { ...invalidGrant('Answer the new challenge'), status: 401, challenges: refusal.challenges };
    case 'wrong_credentials':
      return invalidGrant('The username or the password is wrong');
    case 'throttled':
      return {
        status: 429,
        body: { error: 'temporarily_unavailable', error_description: 'Too many attempts; try again later' },
        headers: { 'Retry-After': String(refusal.retryAfterSeconds) },
      };
    case 'no_access_token':
      return {
        status: 401,
        body: { error: 'invalid_token', error_description: 'The request carries no access token' },
        challenges: [bearerChallenge(REALM), dpopChallenge()],
      };
    case 'malformed_authorization':
      return bearerError(400, 'invalid_request', 'The Authorization header is malformed');
    case 'access_token_twice':
      return bearerError(400, 'invalid_request', 'The access token is sent in more than one way');
    case 'access_token_expired':
      return tokenError(401, 'invalid_token', 'The access token expired');
    case 'access_token_too_long':
    case 'access_token_malformed':
    case 'access_token_wrong_algorithm':
    case 'access_token_wrong_type':
    case 'access_token_unknown_key':
    case 'access_token_bad_signature':
    case 'access_token_wrong_issuer':
    case 'access_token_wrong_audience':
    case 'access_token_not_yet_valid':
    case 'access_token_session_ended':
    case 'access_token_client_removed':
    case 'access_token_of_a_client':
      return tokenError(401, 'invalid_token', 'The access token is invalid');
    case 'access_token_without_proof':
      return dpopError(401, 'invalid_token', 'The access token is bound to a key: send it with a DPoP proof');
    case 'access_token_of_another_key':
      return dpopError(401, 'invalid_token', 'The access token is not bound to the key of the proof');
    case 'grant_of_another_key':
      return invalidGrant('It is bound to a key: send a DPoP proof of that key');
    case 'insufficient_scope':
      return tokenError(403, 'insufficient_scope', 'The access token lacks a scope', refusal.scope);
    case 'stale_sign_in':
      return invalidGrant('The current password is needed: the sign-in is too long ago');
    case 'refresh_token_expired':
    case 'session_expired':
      return invalidGrant('The refresh token expired; sign in again', 'expired');
    case 'refresh_token_too_long':
    case 'refresh_token_malformed':
    case 'refresh_token_forged':
    case 'refresh_token_of_another_client':
    case 'no_refresh_cookie':
    case 'tokens_of_different_sessions':
    case 'foreign_origin_token':
      return invalidGrant('The refresh token is invalid');
    case 'session_unknown':
      return invalidGrant('The session has ended; sign in again', 'ended');
    case 'session_ended_by_reuse':
    case 'refresh_token_reused':
      return invalidGrant(REUSE_DESCRIPTION, 'reuse');
    case 'superseded':
      return superseded(refusal.newest);
    case 'misconfigured':
      return {
        status: 503,
        body: {
          error: 'temporarily_unavailable',
          error_description: 'The issuer is not configured; its log says what to do',
        },
        headers: { 'Retry-After': '60' },
      };
    case 'unavailable':
      return {
        status: 503,
        body: { error: 'temporarily_unavailable', error_description: 'The issuer is busy; try again' },
        headers: { 'Retry-After': String(refusal.retryAfterSeconds) },
      };
    default:
      return answerToClient(refusal);
  }
}

/** @param reason what the description says, for a program: how a session came to its end */
function invalidGrant(description: string, reason?: 'expired' | 'ended' | 'reuse'): Answer {
  const body = { error: 'invalid_grant', error_description: description, ...(reason && { reason }) };
  return { status: 400, body };
}

function bearerError(
  status: 400 | 401 | 403,
  code: BearerError,
  description: string,
  scope?: string,
): Answer {
  return {
    status,
    body: { error: code, error_description: description },
    challenges: [bearerChallenge(REALM, { code, description, ...(scope !== undefined && { scope }) })],
  };
}

function dpopError(
  status: 400 | 401 | 403,
  code: BearerError | DpopError,
  description: string,
  scope?: string,
): Answer {
  const error = { code, description, ...(scope !== undefined && { scope }) };
  return {
    status,
    body: { error: code, error_description: description },
    challenges: [dpopChallenge(error)],
  };
}

function proofError({ reason, place }: { reason: ProofReason; place: ProofPlace }): Answer {
  const { code, description } = proofErrorOf(reason);
  if (place === 'resource') return dpopError(401, code, description);
  return { status: 400, body: { error: code, error_description: description } };
}

function superseded(newest: { sid: string; generation: number } | undefined): Answer {
  return {
    status: 409,
    body: {
      error: 'superseded',
      error_description: 'A newer token of this session is in use: go on with that one. Nothing was changed',
      ...(newest && { session: newest.sid, generation: newest.generation }),
    },
  };
}
