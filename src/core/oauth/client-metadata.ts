import * as v from 'valibot';
import type { SigningAlg } from '../settings/settings.ts';
import {
  ASSERTION_ALGS,
  AUTH_METHODS,
  type Client,
  type ClientMetadata,
  type GrantType,
  LONGEST_AGE,
} from './client.ts';
import { isCallable, isRedirectUri } from './redirect-uri.ts';
import { isScopeToken, parseScope, RESERVED_SCOPES } from './scope.ts';

/** A member that is null is as one that is left out. @see RFC 7592 section 2.2 */
export function optional<Schema extends v.GenericSchema>(schema: Schema) {
  return v.nullish(schema, () => undefined);
}

/** A name, no letter to who shall consent: short, no line breaks, and nothing that turns the direction of what is shown around it. */
const name = v.pipe(v.string(), v.maxLength(80), v.regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u));
const uris = v.pipe(v.array(v.string()), v.maxLength(32));
const publicKey = v.pipe(
  v.looseObject({ kty: v.string() }),
  v.check((jwk) => !['d', 'k', 'p', 'q'].some((member) => member in jwk), 'a public key is expected'),
);

/** RFC 7517 section 5. */
export const keySetSchema = v.object({ keys: v.pipe(v.array(publicKey), v.minLength(1), v.maxLength(16)) });

/** The members of RFC 7591 section 2 and OpenID Connect Registration section 2 that are understood; others are left out. */
export const metadataSchema = v.object({
  client_name: optional(name),
  application_type: optional(v.picklist(['web', 'native'])),
  redirect_uris: optional(uris),
  grant_types: optional(v.array(v.string())),
  response_types: optional(v.array(v.string())),
  token_endpoint_auth_method: optional(v.string()),
  token_endpoint_auth_signing_alg: optional(v.picklist(ASSERTION_ALGS)),
  jwks: optional(keySetSchema),
  jwks_uri: optional(v.string()),
  scope: optional(v.pipe(v.string(), v.maxLength(2_048))),
  subject_type: optional(v.string()),
  id_token_signed_response_alg: optional(v.string()),
  userinfo_signed_response_alg: optional(v.string()),
  id_token_encrypted_response_alg: optional(v.string()),
  default_max_age: optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.toMaxValue(LONGEST_AGE))),
  require_pushed_authorization_requests: optional(v.boolean()),
  dpop_bound_access_tokens: optional(v.boolean()),
  post_logout_redirect_uris: optional(uris),
  backchannel_logout_uri: optional(v.string()),
  backchannel_logout_session_required: optional(v.boolean()),
});

type Submitted = v.InferOutput<typeof metadataSchema>;

export type MetadataError = 'invalid_redirect_uri' | 'invalid_client_metadata';
export type MetadataOutcome =
  | { ok: true; metadata: ClientMetadata }
  | { ok: false; error: MetadataError; description: string };

export type MetadataRules = {
  /** The algorithms of ID tokens that there are keys for. */
  idTokenAlgs: readonly SigningAlg[];
  /** Grants that the client may be registered with. */
  grantTypes: readonly GrantType[];
  /** Scopes that the client may be registered with; undefined: the operator decides. */
  scopes: readonly string[] | undefined;
  /** The issuer is on one's own machine, and so may be what it calls. */
  isLocal: boolean;
};

/** Checks a client's metadata. @see RFC 7591 section 3.2.2 for the errors */
export function parseClientMetadata(submitted: Submitted, rules: MetadataRules): MetadataOutcome {
  const redirectUris = submitted.redirect_uris ?? [];
  const bad = redirectUris.find((uri) => !isRedirectUri(uri));
  if (bad !== undefined) return refused('invalid_redirect_uri', REDIRECT_RULE);
  const metadata = read(submitted, redirectUris);
  const problem = findProblem(submitted, metadata, rules);
  if (problem !== undefined) return refused('invalid_client_metadata', problem);
  const needsRedirect = metadata.grantTypes.includes('authorization_code') && redirectUris.length === 0;
  if (needsRedirect) return refused('invalid_redirect_uri', 'redirect_uris is missing');
  return { ok: true, metadata };
}

const REDIRECT_RULE =
  'A redirect URI is https, http on 127.0.0.1, [::1] or localhost, or a private-use scheme with a dot; without fragment, userinfo or dot segments';

const CALL_RULE = 'must be https at a public name, or be on one machine with the issuer';

function read(submitted: Submitted, redirectUris: readonly string[]): ClientMetadata {
  return {
    name: submitted.client_name,
    applicationType: submitted.application_type ?? 'web',
    redirectUris,
    grantTypes: (submitted.grant_types ?? ['authorization_code']) as GrantType[],
    authMethod: (submitted.token_endpoint_auth_method ??
      'client_secret_basic') as ClientMetadata['authMethod'],
    assertionAlg: submitted.token_endpoint_auth_signing_alg,
    jwks: submitted.jwks as ClientMetadata['jwks'],
    jwksUri: submitted.jwks_uri,
    scope: submitted.scope,
    idTokenAlg: submitted.id_token_signed_response_alg as SigningAlg | undefined,
    defaultMaxAge: submitted.default_max_age,
    requiresPushedRequests: submitted.require_pushed_authorization_requests ?? false,
    requiresProof: submitted.dpop_bound_access_tokens ?? false,
    postLogoutRedirectUris: submitted.post_logout_redirect_uris ?? [],
    backchannelLogoutUri: submitted.backchannel_logout_uri,
  };
}

function findProblem(
  submitted: Submitted,
  metadata: ClientMetadata,
  rules: MetadataRules,
): string | undefined {
  const { grantTypes, authMethod, jwks, jwksUri, redirectUris } = metadata;
  const { postLogoutRedirectUris, backchannelLogoutUri } = metadata;
  const isOneOf = (values: readonly string[], value: string) => values.includes(value);
  const checks: [boolean, string][] = [
    [
      grantTypes.every((type) => isOneOf(rules.grantTypes, type)),
      `grant_types are out of ${rules.grantTypes.join(', ')}`,
    ],
    [grantTypes.length > 0, 'grant_types is empty'],
    [
      hasResponseTypes(submitted, grantTypes),
      "response_types must be ['code'] with the authorization_code grant, and empty without",
    ],
    [isOneOf(AUTH_METHODS, authMethod), `token_endpoint_auth_method is one of ${AUTH_METHODS.join(', ')}`],
    [jwks === undefined || jwksUri === undefined, 'jwks and jwks_uri exclude one another'],
    [
      authMethod !== 'private_key_jwt' || jwks !== undefined || jwksUri !== undefined,
      'private_key_jwt needs jwks or jwks_uri',
    ],
    [jwksUri === undefined || isCallable(jwksUri, rules.isLocal), `jwks_uri ${CALL_RULE}`],
    [
      authMethod !== 'none' || !grantTypes.includes('client_credentials'),
      'a public client can not have the client_credentials grant',
    ],
    [
      authMethod === 'none' || redirectUris.every((uri) => /^https?:/.test(uri)),
      'a client with a private-use scheme is public: token_endpoint_auth_method none',
    ],
    [(submitted.subject_type ?? 'public') === 'public', 'subject_type is public'],
    [
      metadata.idTokenAlg === undefined || isOneOf(rules.idTokenAlgs, metadata.idTokenAlg),
      `id_token_signed_response_alg is one of ${rules.idTokenAlgs.join(', ')}`,
    ],
    [submitted.userinfo_signed_response_alg === undefined, 'userinfo is not signed'],
    [submitted.id_token_encrypted_response_alg === undefined, 'ID tokens are not encrypted'],
    [isGoodScope(metadata.scope, rules.scopes), 'scope holds a scope that this client can not have'],
    [
      postLogoutRedirectUris.every(isRedirectUri),
      'post_logout_redirect_uris must be of the same form as redirect_uris',
    ],
    [
      backchannelLogoutUri === undefined || isCallable(backchannelLogoutUri, rules.isLocal),
      `backchannel_logout_uri ${CALL_RULE}`,
    ],
  ];
  return checks.find(([isGood]) => !isGood)?.[1];
}

/** RFC 7591 section 2.1: the response type goes with the grant. */
function hasResponseTypes({ response_types }: Submitted, grantTypes: readonly string[]): boolean {
  const usesCode = grantTypes.includes('authorization_code');
  const types = response_types ?? (usesCode ? ['code'] : []);
  return types.every((type) => type === 'code') && usesCode === types.length > 0;
}

function isGoodScope(scope: string | undefined, allowed: readonly string[] | undefined): boolean {
  if (scope === undefined) return true;
  const scopes = parseScope(scope);
  return (
    scopes?.every(
      (each) => isScopeToken(each) && !RESERVED_SCOPES.includes(each) && (allowed?.includes(each) ?? true),
    ) ?? false
  );
}

function refused(error: MetadataError, description: string): MetadataOutcome {
  return { ok: false, error, description };
}

/** What a client is told about itself (RFC 7591 section 3.2.1). */
export function formatClientMetadata(client: Client): Record<string, unknown> {
  const usesCode = client.grantTypes.includes('authorization_code');
  return {
    client_id: client.clientId,
    client_id_issued_at: client.createdAt,
    ...(client.name !== undefined && { client_name: client.name }),
    application_type: client.applicationType,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: usesCode ? ['code'] : [],
    token_endpoint_auth_method: client.authMethod,
    ...(client.assertionAlg && { token_endpoint_auth_signing_alg: client.assertionAlg }),
    ...(client.jwks && { jwks: client.jwks }),
    ...(client.jwksUri !== undefined && { jwks_uri: client.jwksUri }),
    ...(client.scope !== undefined && { scope: client.scope }),
    subject_type: 'public',
    ...(client.defaultMaxAge !== undefined && { default_max_age: client.defaultMaxAge }),
    require_pushed_authorization_requests: client.requiresPushedRequests,
    dpop_bound_access_tokens: client.requiresProof ?? false,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    ...(client.backchannelLogoutUri !== undefined && {
      backchannel_logout_uri: client.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
  };
}
