import { PROOF_ALGS } from '../../core/dpop/proof.ts';
import { PROMPTS, RESPONSE_MODES } from '../../core/oauth/authorization-request.ts';
import { ASSERTION_ALGS, AUTH_METHODS, GRANT_TYPES } from '../../core/oauth/client.ts';
import { OPENID_SCOPES } from '../../core/oauth/scope.ts';
import { USER_CLAIMS } from '../../core/oauth/userinfo.ts';
import type { RequestContext } from '../context.ts';
import { defineRoute, type Route } from '../route.ts';

const CACHING_SECONDS = 300;

const shared = {
  method: 'GET',
  cors: 'any',
} as const;

/** Both documents say the same; each standard asks for it under its own name. */
export const metadataRoutes: Route[] = [
  defineRoute({
    ...shared,
    path: '/.well-known/openid-configuration',
    handle: respond,
  }),
  defineRoute({
    ...shared,
    path: '/.well-known/oauth-authorization-server',
    handle: respond,
  }),
];

function respond(c: RequestContext): Response {
  c.header('Cache-Control', `public, max-age=${CACHING_SECONDS}`);
  return c.json(describe(c));
}

/** @see RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3, and what RFC 9126, 9207, 8628 and the logout specifications add */
function describe(c: RequestContext): object {
  const { keys, settings } = c.get('services');
  const issuer = c.get('issuer');
  const confidential = AUTH_METHODS.filter((method) => method !== 'none');
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
    device_authorization_endpoint: `${issuer}/oauth/device_authorization`,
    end_session_endpoint: `${issuer}/oauth/logout`,
    ...(settings.clientRegistration !== 'off' && { registration_endpoint: `${issuer}/oauth/register` }),
    service_documentation: `${issuer}/docs`,
    scopes_supported: [...OPENID_SCOPES, ...settings.scopes],
    response_types_supported: ['code'],
    response_modes_supported: RESPONSE_MODES,
    grant_types_supported: GRANT_TYPES,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: keys.idTokenAlgs,
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGS,
    revocation_endpoint_auth_methods_supported: AUTH_METHODS,
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGS,
    introspection_endpoint_auth_methods_supported: confidential,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGS,
    introspection_signing_alg_values_supported: keys.idTokenAlgs,
    dpop_signing_alg_values_supported: PROOF_ALGS,
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: PROMPTS,
    ui_locales_supported: ['en', 'ko'],
    claim_types_supported: ['normal'],
    claims_supported: [
      ...USER_CLAIMS,
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'amr',
      'sid',
      'at_hash',
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    require_pushed_authorization_requests: false,
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  };
}
