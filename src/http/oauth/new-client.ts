import { base64url } from 'jose';
import { type Client, type ClientMetadata, GRANT_TYPES, isPublic } from '../../core/oauth/client.ts';
import {
  formatClientMetadata,
  type MetadataRules,
  metadataSchema,
} from '../../core/oauth/client-metadata.ts';
import { idTokenAlgOf } from '../../core/oauth/id-token.ts';
import { OPENID_SCOPES, parseScope } from '../../core/oauth/scope.ts';
import { hashSecret } from '../../core/oauth/secret.ts';
import { isLocal, type RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';

const SECRET_BYTES = 32;

/** A client with its secrets in clear, which are shown once. */
export type NewClient = {
  client: Client;
  secret: string | undefined;
  registrationToken: string | undefined;
};

export function drawSecret(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/** Whether a client proves itself by a secret. */
export function hasSecret({ authMethod }: Pick<ClientMetadata, 'authMethod'>): boolean {
  return authMethod === 'client_secret_basic' || authMethod === 'client_secret_post';
}

/**
 * Makes a client of metadata that was checked; it is not stored yet.
 *
 * @param traits `managesItself`: it gets a registration access token (RFC 7592). The operator's clients don't: with it they
 * could widen what they were given.
 */
export async function createClient(
  c: RequestContext,
  metadata: ClientMetadata,
  traits: Pick<Client, 'isTrusted' | 'isFirstParty'> & {
    clientId?: string | undefined;
    managesItself: boolean;
  },
): Promise<NewClient> {
  const { clientId = crypto.randomUUID(), isTrusted, isFirstParty, managesItself } = traits;
  const secret = hasSecret(metadata) ? drawSecret() : undefined;
  const registrationToken = managesItself ? drawSecret() : undefined;
  const client: Client = {
    ...metadata,
    clientId,
    createdAt: Math.floor(c.get('now')),
    secretHash: secret === undefined ? undefined : await hashSecret(secret),
    registrationTokenHash: registrationToken === undefined ? undefined : await hashSecret(registrationToken),
    isTrusted,
    isFirstParty,
  };
  return { client, secret, registrationToken };
}

/** What metadata may say; `isOperator`: any scope, not only those of the settings. */
export function metadataRules(c: RequestContext, isOperator: boolean): MetadataRules {
  const { keys, settings } = c.get('services');
  return {
    idTokenAlgs: keys.idTokenAlgs,
    isLocal: isLocal(c),
    grantTypes: GRANT_TYPES,
    scopes: isOperator ? undefined : [...OPENID_SCOPES, ...settings.scopes],
  };
}

/**
 * What a client may make of its own registration: as much as with a new one where anybody may register, otherwise no more
 * than it has; and always what it has, whatever the settings have become.
 *
 * @see RFC 7592 section 2.2: it writes back what it read
 */
export function replacementRules(c: RequestContext, client: Client): MetadataRules {
  const rules = metadataRules(c, false);
  const own = parseScope(client.scope ?? '') ?? [];
  const grown = [...(rules.scopes ?? []), ...own];
  if (!isHeld(c, client)) return { ...rules, scopes: grown };
  return { ...rules, scopes: client.scope === undefined ? rules.scopes : own, grantTypes: client.grantTypes };
}

/** Whether somebody had to allow what a client is registered with, so that it can't allow itself more. */
export function isHeld(c: RequestContext, client: Client): boolean {
  return client.isTrusted || c.get('services').settings.clientRegistration !== 'open';
}

/** The client information response (RFC 7591 section 3.2.1). */
export function clientResponse(
  c: RequestContext,
  {
    client,
    secret,
    registrationToken,
  }: { client: Client; secret?: string | undefined; registrationToken?: string | undefined },
): Record<string, unknown> {
  const isManaged = client.registrationTokenHash !== undefined;
  return {
    ...formatClientMetadata(client),
    id_token_signed_response_alg: idTokenAlgOf(client, c.get('services').keys),
    ...(secret !== undefined && { client_secret: secret }),
    ...(!isPublic(client) && hasSecret(client) && { client_secret_expires_at: 0 }),
    ...(registrationToken !== undefined && { registration_access_token: registrationToken }),
    ...(isManaged && {
      registration_client_uri: `${c.get('issuer')}/oauth/register/${encodeURIComponent(client.clientId)}`,
    }),
  };
}

/** Metadata of the wrong type is bad metadata (RFC 7591 section 3.2.2). */
export function refuseMetadata(member: string, description: string): Refusal | undefined {
  const [name = ''] = member.split('.');
  if (!Object.hasOwn(metadataSchema.entries, name)) return undefined;
  const error = name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata';
  return { reason: 'client_metadata', error, description };
}
