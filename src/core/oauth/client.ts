import type { JWK } from 'jose';
import type { SigningAlg } from '../settings/settings.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  DEVICE_GRANT,
] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

/** How a client proves who it is at the token endpoint; `none` for a public client. */
export const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** The algorithms of a client assertion (RFC 7523). */
export const ASSERTION_ALGS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const;
export type AssertionAlg = (typeof ASSERTION_ALGS)[number];

/** Seconds: any longer `max_age` is taken for this one, which asks nobody again either. */
export const LONGEST_AGE = Number.MAX_SAFE_INTEGER;

/** What a client is known by. Names are those of RFC 7591 in this code's spelling. */
export type ClientMetadata = {
  name: string | undefined;
  applicationType: 'web' | 'native';
  redirectUris: readonly string[];
  grantTypes: readonly GrantType[];
  authMethod: AuthMethod;
  /** The only algorithm of its assertions; undefined: any of them, also in clients from before that could be said. */
  assertionAlg: AssertionAlg | undefined;
  /** Public keys of `private_key_jwt`. */
  jwks: { keys: readonly JWK[] } | undefined;
  /** Where they are published, instead. */
  jwksUri: string | undefined;
  /** The scopes it may ask for; undefined: OpenID Connect's and those of the setting `SCOPES`. */
  scope: string | undefined;
  /** Undefined: the issuer's first, RS256 where there is an `RSA_KEY`. */
  idTokenAlg: SigningAlg | undefined;
  /** Seconds. */
  defaultMaxAge: number | undefined;
  requiresPushedRequests: boolean;
  /** It gets no token without a DPoP proof (RFC 9449 section 5.2); undefined in clients from before that could be said. */
  requiresProof: boolean | undefined;
  postLogoutRedirectUris: readonly string[];
  backchannelLogoutUri: string | undefined;
};

export type Client = ClientMetadata & {
  clientId: string;
  /** Epoch seconds. */
  createdAt: number;
  /** SHA-256 of its secret, base64url; undefined where it has none. */
  secretHash: string | undefined;
  /** SHA-256 of its registration access token (RFC 7592), base64url. */
  registrationTokenHash: string | undefined;
  /** Registered by the operator or with an initial access token: it may act for itself with its scopes. */
  isTrusted: boolean;
  /** The operator's own: its users are not asked for consent. */
  isFirstParty: boolean;
};

/** The clients there are. */
export type Clients = {
  find(clientId: string): Promise<Client | undefined>;
  list(): Promise<Client[]>;
  /** @returns what those of them that have a name call themselves, by their id */
  names(clientIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** @returns false if the id is taken */
  add(client: Client): Promise<boolean>;
  /** @returns false if there is no such client */
  replace(client: Client): Promise<boolean>;
  /** Removes it, its users' consents and what it has begun. @returns false if there is no such client */
  remove(clientId: string): Promise<boolean>;
  /**
   * Takes what is good once for this client: the `jti` of an assertion, a pushed request. `expiresAt`, `now`: epoch seconds.
   *
   * @returns false if it was taken before
   */
  spendId(clientId: string, id: string, expiresAt: number, now: number): Promise<boolean>;
};

/** The subject of a client's own tokens. No username has a colon. */
export function clientSubject(clientId: string): string {
  return `client:${clientId}`;
}

/** Clients of the issuer's own pages and sign-in: no registration has such a name, or it could take their sessions for its own. */
export function isOwnClient(clientId: string): boolean {
  return clientId.startsWith('edgemint');
}

/** Whether a token that was issued then, epoch seconds, can be this client's: an earlier one of its name may have been removed. */
export function wasThere(client: Client | undefined, issuedAt: number): boolean {
  return client !== undefined && client.createdAt <= issuedAt;
}

export function isPublic(client: Pick<Client, 'authMethod'>): boolean {
  return client.authMethod === 'none';
}
