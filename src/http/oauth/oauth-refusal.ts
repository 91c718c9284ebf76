import type { MetadataError } from '../../core/oauth/client-metadata.ts';
import type { Answer } from '../answer.ts';

/** Why a request of an OAuth client was refused. `isBasic`: it came with `Authorization: Basic`. */
export type OAuthRefusal =
  | {
      reason:
        | 'no_client'
        | 'client_unknown'
        | 'client_secret_wrong'
        | 'client_method_wrong'
        | 'client_assertion_invalid'
        | 'client_assertion_replayed'
        | 'client_is_public';
      isBasic: boolean;
    }
  | { reason: 'client_grant_not_allowed' }
  | { reason: 'grant_type_unknown' }
  | { reason: 'proof_missing' }
  | {
      reason:
        | 'code_too_long'
        | 'code_malformed'
        | 'code_forged'
        | 'code_expired'
        | 'code_of_another_client'
        | 'code_redirect_uri_differs'
        | 'code_verifier_wrong'
        | 'code_sign_in_ended'
        | 'code_taken_back'
        | 'code_credentials_changed'
        | 'code_too_many_sessions';
    }
  | { reason: 'code_reused' }
  | { reason: 'scope_beyond_grant' | 'scope_not_allowed' }
  | { reason: 'resource_not_allowed' }
  | { reason: 'device_pending' | 'device_too_fast' | 'device_denied' | 'device_expired' | 'device_unknown' }
  | { reason: 'token_without_session' | 'token_of_another_client' }
  | { reason: 'client_metadata'; error: MetadataError; description: string }
  | { reason: 'authorization_request'; error: string; description: string };

/** RFC 6749 section 5.2, and the errors that RFC 8628, 8707, 7009 and 7591 add to it. */
export function answerToClient(refusal: OAuthRefusal): Answer {
  switch (refusal.reason) {
    case 'no_client':
    case 'client_unknown':
    case 'client_secret_wrong':
    case 'client_method_wrong':
    case 'client_assertion_invalid':
    case 'client_assertion_replayed':
    case 'client_is_public':
      return invalidClient(refusal.isBasic);
    case 'client_grant_not_allowed':
      return bad('unauthorized_client', 'The client is not registered for this grant type');
    case 'grant_type_unknown':
      return bad('unsupported_grant_type', 'There is no such grant type');
    case 'proof_missing':
      return bad('invalid_dpop_proof', 'This client must send a DPoP proof');
    case 'code_too_long':
    case 'code_malformed':
    case 'code_forged':
    case 'code_expired':
    case 'code_of_another_client':
    case 'code_redirect_uri_differs':
    case 'code_verifier_wrong':
    case 'code_sign_in_ended':
    case 'code_taken_back':
    case 'code_credentials_changed':
      return bad('invalid_grant', 'The code is invalid, expired, or was made for another request');
    case 'code_too_many_sessions':
      return bad('invalid_grant', 'This user has too many live sessions; sign out of some first');
    case 'code_reused':
      return bad('invalid_grant', 'The code was used twice, so the session it began was ended');
    case 'scope_beyond_grant':
    case 'scope_not_allowed':
      return bad('invalid_scope', 'A scope that is asked for can not be granted');
    case 'resource_not_allowed':
      return bad(
        'invalid_target',
        'A resource that is asked for is unknown, not granted, or too long for a token',
      );
    case 'device_pending':
      return bad('authorization_pending', 'The user has not answered yet');
    case 'device_too_fast':
      return bad('slow_down', 'The device asks too often; wait 5 seconds longer from now on');
    case 'device_denied':
      return bad('access_denied', 'The user denied it');
    case 'device_expired':
      return bad('expired_token', 'The device code expired; begin again');
    case 'device_unknown':
      return bad('invalid_grant', 'The device code is invalid');
    case 'token_without_session':
      return bad('unsupported_token_type', 'This token belongs to no session and ends by itself');
    case 'token_of_another_client':
      return bad('invalid_request', 'This token was issued to another client');
    case 'client_metadata':
    case 'authorization_request':
      return bad(refusal.error, refusal.description);
  }
}

function bad(error: string, description: string): Answer {
  return { status: 400, body: { error, error_description: description } };
}

/** A client that tried Basic is told so (RFC 6749 section 5.2). */
function invalidClient(isBasic: boolean): Answer {
  return {
    status: 401,
    body: { error: 'invalid_client', error_description: 'The client could not be authenticated' },
    ...(isBasic && { challenges: ['Basic realm="edgemint", charset="UTF-8"'] }),
  };
}
