import * as v from 'valibot';
import type { Client } from '../../core/oauth/client.ts';
import { metadataSchema, optional, parseClientMetadata } from '../../core/oauth/client-metadata.ts';
import { isInitialAccessToken } from '../../core/oauth/initial-access-token.ts';
import { hashSecret, isSecret } from '../../core/oauth/secret.ts';
import { parseAuthorization } from '../../schemes/authorization.ts';
import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import { countRequest } from './client-route.ts';
import {
  clientResponse,
  createClient,
  drawSecret,
  hasSecret,
  isHeld,
  metadataRules,
  refuseMetadata,
  replacementRules,
} from './new-client.ts';

/** What the issuer says of a registration, and is never told (RFC 7592 section 2.2). */
const issued = {
  registration_access_token: optional(v.never()),
  registration_client_uri: optional(v.never()),
  client_secret_expires_at: optional(v.never()),
  client_id_issued_at: optional(v.never()),
};
/** RFC 7592 section 2.2: it names the client, and may repeat its secret, which it can't choose. */
const replacement = v.object({
  ...metadataSchema.entries,
  ...issued,
  client_id: v.string(),
  client_secret: optional(v.string()),
});
const REPLACEMENT_RULE =
  'client_id must be that of the client, and client_secret the one it has, if it is sent';

/**
 * Dynamic registration, as far as `CLIENT_REGISTRATION` allows it.
 *
 * @see RFC 7591 section 3, RFC 7592 section 2
 */
export const registrationRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/oauth/register',
    cors: 'any',
    body: metadataSchema,
    refuseMember: refuseMetadata,
    async handle(c, { body }) {
      const { settings, clients, log } = c.get('services');
      if (settings.clientRegistration === 'off') return refuse(c, CLOSED);
      const throttled = await countRequest(c, 'clientRegistration');
      if (throttled) return refuse(c, throttled);
      const hasToken = await presentsInitialToken(c);
      if (settings.clientRegistration === 'token' && !hasToken)
        return refuse(
          c,
          bearerOf(c) === undefined ? { reason: 'no_access_token' } : { reason: 'access_token_malformed' },
        );
      const outcome = parseClientMetadata(body, metadataRules(c, false));
      if (!outcome.ok) return refuse(c, { ...outcome, reason: 'client_metadata' });
      const traits = { isTrusted: hasToken, isFirstParty: false, managesItself: true };
      const made = await createClient(c, outcome.metadata, traits);
      await clients.add(made.client);
      log({ event: 'client_registered', clientId: made.client.clientId });
      return c.json(clientResponse(c, made), 201);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/oauth/register/:client',
    cors: 'any',
    async handle(c) {
      const client = await managedClient(c);
      return 'reason' in client
        ? refuse(c, client)
        : c.json(clientResponse(c, { client, registrationToken: bearerOf(c) }));
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/oauth/register/:client',
    cors: 'any',
    body: replacement,
    refuseMember: refuseReplacement,
    async handle(c, { body }) {
      const client = await managedClient(c);
      if ('reason' in client) return refuse(c, client);
      const isSame = body.client_id === client.clientId;
      const keepsSecret =
        body.client_secret === undefined || (await isSecret(body.client_secret, client.secretHash));
      if (!isSame || !keepsSecret) return refuse(c, { reason: 'bad_request', description: REPLACEMENT_RULE });
      // Left out, a scope stands for all there are: more than such a client may give itself.
      const scope = body.scope ?? (isHeld(c, client) ? client.scope : undefined);
      const outcome = parseClientMetadata({ ...body, scope }, replacementRules(c, client));
      if (!outcome.ok) return refuse(c, { ...outcome, reason: 'client_metadata' });
      // A client that takes on a method with a secret gets one; one that has it keeps it.
      const needsSecret = hasSecret(outcome.metadata) && client.secretHash === undefined;
      const secret = needsSecret ? drawSecret() : undefined;
      const secretHash = secret === undefined ? client.secretHash : await hashSecret(secret);
      const next: Client = {
        ...client,
        ...outcome.metadata,
        secretHash: hasSecret(outcome.metadata) ? secretHash : undefined,
      };
      await c.get('services').clients.replace(next);
      c.get('services').log({ event: 'client_changed', clientId: next.clientId });
      return c.json(clientResponse(c, { client: next, secret, registrationToken: bearerOf(c) }));
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/oauth/register/:client',
    cors: 'any',
    async handle(c) {
      const client = await managedClient(c);
      if ('reason' in client) return refuse(c, client);
      await c.get('services').clients.remove(client.clientId);
      c.get('services').log({ event: 'client_removed', clientId: client.clientId });
      return c.body(null, 204);
    },
  }),
];

const CLOSED: Refusal = { reason: 'bad_request', status: 403, description: 'Client registration is off' };

function bearerOf(c: RequestContext): string | undefined {
  const header = c.req.header('authorization');
  const authorization = header === undefined ? 'malformed' : parseAuthorization(header);
  return authorization !== 'malformed' && authorization.scheme === 'bearer'
    ? authorization.credentials
    : undefined;
}

async function presentsInitialToken(c: RequestContext): Promise<boolean> {
  const token = bearerOf(c);
  return token !== undefined && isInitialAccessToken(token, c.get('services').keys, c.get('now'));
}

function refuseReplacement(member: string, description: string): Refusal | undefined {
  return Object.hasOwn(issued, member)
    ? { reason: 'bad_request', description: `'${member}' is not for a client to send` }
    : refuseMetadata(member, description);
}

/**
 * Whoever has its registration access token manages a client, but none of the operator's own, whose users are asked nothing.
 * An unknown client and a wrong token look the same.
 */
async function managedClient(c: RequestContext): Promise<Client | Refusal> {
  if (c.get('services').settings.clientRegistration === 'off') return CLOSED;
  const token = bearerOf(c);
  if (token === undefined) return { reason: 'no_access_token' };
  const client = await c.get('services').clients.find(c.req.param('client') ?? '');
  const isRight = await isSecret(token, client?.registrationTokenHash);
  return client && !client.isFirstParty && isRight ? client : { reason: 'access_token_malformed' };
}
