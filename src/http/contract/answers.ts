import * as v from 'valibot';
import { CREDENTIAL_TYPES } from '../../core/account/credentials.ts';

/** The bodies of answers, for `/openapi.json`. */

const epochSeconds = v.pipe(v.number(), v.integer(), v.description('Epoch seconds'));

const credential = v.object({
  id: v.string(),
  type: v.picklist(CREDENTIAL_TYPES),
  created_at: epochSeconds,
});

export const credentialList = v.object({ credentials: v.array(credential) });

export const resealing = v.object({
  resealed: v.number(),
  unreadable: v.number(),
  next: v.optional(v.object({ type: v.string(), id: v.string() })),
});

export const addedCredential = v.object({
  ...credential.entries,
  access_key_id: v.optional(v.string()),
  secret_access_key: v.optional(v.pipe(v.string(), v.description('Shown this once'))),
});

export const tokenResponse = v.object({
  access_token: v.pipe(v.string(), v.description('A JWT (RFC 9068)')),
  token_type: v.picklist(['Bearer', 'DPoP']),
  expires_in: v.pipe(v.number(), v.integer(), v.description('Seconds')),
  refresh_token: v.optional(v.pipe(v.string(), v.description('Opaque; absent with the cookie transport'))),
  scope: v.string(),
  session: v.string(),
  generation: v.pipe(v.number(), v.integer()),
});

/** RFC 6749 section 5.1 with OpenID Connect's `id_token`; `session` and `generation` where a user's session stands behind it. */
export const clientTokenResponse = v.object({
  access_token: v.pipe(v.string(), v.description('A JWT (RFC 9068)')),
  token_type: v.picklist(['Bearer', 'DPoP']),
  expires_in: v.pipe(v.number(), v.integer(), v.description('Seconds')),
  refresh_token: v.optional(v.pipe(v.string(), v.description('Opaque, for clients with that grant type'))),
  id_token: v.optional(v.pipe(v.string(), v.description('A JWT, with the scope `openid`'))),
  scope: v.optional(v.string()),
  session: v.optional(v.string()),
  generation: v.optional(v.pipe(v.number(), v.integer())),
});

export const claims = v.object({
  iss: v.string(),
  sub: v.pipe(v.string(), v.description('The username')),
  aud: v.union([v.string(), v.array(v.string())]),
  exp: epochSeconds,
  nbf: epochSeconds,
  iat: epochSeconds,
  jti: v.string(),
  client_id: v.string(),
  scope: v.string(),
  sid: v.string(),
  auth_time: epochSeconds,
  amr: v.array(v.string()),
  cnf: v.optional(v.object({ jkt: v.pipe(v.string(), v.description('The key it is bound to (RFC 9449)')) })),
  status: v.optional(
    v.object({
      status_list: v.object({ idx: v.pipe(v.number(), v.integer()), uri: v.string() }),
    }),
  ),
});

export const clientInformation = v.looseObject({
  client_id: v.string(),
  client_secret: v.optional(v.string()),
  registration_access_token: v.optional(v.string()),
  registration_client_uri: v.optional(v.string()),
});

export const pushedRequest = v.object({ request_uri: v.string(), expires_in: v.number() });

export const consentList = v.object({
  consents: v.array(
    v.object({
      client_id: v.string(),
      client_name: v.optional(v.string()),
      scope: v.string(),
      granted_at: epochSeconds,
    }),
  ),
});

export const deviceAuthorization = v.object({
  device_code: v.string(),
  user_code: v.string(),
  verification_uri: v.string(),
  verification_uri_complete: v.string(),
  expires_in: v.number(),
  interval: v.number(),
});

export const metadata = v.looseObject({ issuer: v.string() });

export const initialAccessToken = v.object({ initial_access_token: v.string(), expires_in: v.number() });

export const introspection = v.looseObject({ active: v.boolean(), scope: v.optional(v.string()) });

export const userinfo = v.object({
  sub: v.string(),
  preferred_username: v.optional(v.string()),
  email: v.optional(v.string()),
  email_verified: v.optional(v.boolean()),
});

export const sessionList = v.object({
  sessions: v.array(
    v.object({
      id: v.string(),
      device: v.string(),
      country: v.pipe(v.string(), v.description('ISO 3166-1 alpha-2, or empty')),
      created_at: epochSeconds,
      last_used_at: epochSeconds,
      current: v.boolean(),
      credential: v.optional(
        v.pipe(v.string(), v.description('The credential that opened it, if not the password')),
      ),
    }),
  ),
});

export const problem = v.object({
  error: v.string(),
  error_description: v.string(),
  reason: v.optional(
    v.pipe(v.picklist(['expired', 'ended', 'reuse']), v.description('At a refresh: how the session ended')),
  ),
});

export const supersededProblem = v.object({
  error: v.literal('superseded'),
  error_description: v.string(),
  session: v.optional(v.string()),
  generation: v.optional(v.pipe(v.number(), v.integer())),
});

export const jar = v.object({
  session: v.string(),
  generation: v.pipe(v.number(), v.integer()),
  username: v.string(),
});

export const keySet = v.object({
  keys: v.array(
    v.object({
      kty: v.string(),
      crv: v.optional(v.string()),
      x: v.optional(v.string()),
      y: v.optional(v.string()),
      n: v.optional(v.string()),
      e: v.optional(v.string()),
      kid: v.pipe(v.string(), v.description('RFC 7638 thumbprint')),
      alg: v.string(),
      use: v.literal('sig'),
    }),
  ),
});

export const health = v.object({ status: v.literal('ok') });
