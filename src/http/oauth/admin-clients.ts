import * as v from 'valibot';
import { isOwnClient } from '../../core/oauth/client.ts';
import { metadataSchema, parseClientMetadata } from '../../core/oauth/client-metadata.ts';
import { sealInitialAccessToken } from '../../core/oauth/initial-access-token.ts';
import { hashSecret } from '../../core/oauth/secret.ts';
import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  clientResponse,
  createClient,
  drawSecret,
  hasSecret,
  metadataRules,
  refuseMetadata,
} from './new-client.ts';

const admin = { scope: 'admin' } as const;

const DAY_SECONDS = 86_400;
const LONGEST_TOKEN_SECONDS = 30 * DAY_SECONDS;

const newClient = v.object({
  ...metadataSchema.entries,
  client_id: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/))),
  first_party: v.optional(v.boolean()),
});

const tokenRequest = v.object({
  expires_in: v.optional(v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(LONGEST_TOKEN_SECONDS))),
});

/** The operator's clients. */
export const adminClientRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/admin/clients',
    cors: 'allowed',
    access: admin,
    body: newClient,
    refuseMember: refuseMetadata,
    async handle(c, { body, access }) {
      const { client_id: clientId, first_party: isFirstParty = false, ...submitted } = body;
      const outcome = parseClientMetadata(submitted, metadataRules(c, true));
      if (!outcome.ok) return refuse(c, { ...outcome, reason: 'client_metadata' });
      const traits = { clientId, isTrusted: true, isFirstParty, managesItself: false };
      const made = await createClient(c, outcome.metadata, traits);
      const { clients, log } = c.get('services');
      const isTaken = isOwnClient(made.client.clientId) || !(await clients.add(made.client));
      if (isTaken) return refuse(c, TAKEN);
      log({ event: 'client_registered', clientId: made.client.clientId, by: access.sub });
      return c.json({ ...clientResponse(c, made), first_party: isFirstParty }, 201);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/clients',
    cors: 'allowed',
    access: admin,
    async handle(c) {
      const clients = await c.get('services').clients.list();
      return c.json({
        clients: clients.map((client) => ({
          ...clientResponse(c, { client }),
          first_party: client.isFirstParty,
        })),
      });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/admin/clients/:client',
    cors: 'allowed',
    access: admin,
    async handle(c, { access }) {
      const clientId = clientOf(c);
      if (!(await c.get('services').clients.remove(clientId))) return refuse(c, NOT_FOUND);
      c.get('services').log({ event: 'client_removed', clientId, by: access.sub });
      return c.body(null, 204);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/clients/:client/secret',
    cors: 'allowed',
    access: admin,
    async handle(c, { access }) {
      const { clients, log } = c.get('services');
      const client = await clients.find(clientOf(c));
      if (!client) return refuse(c, NOT_FOUND);
      if (!hasSecret(client))
        return refuse(c, { reason: 'bad_request', description: 'This client has no secret' });
      const secret = drawSecret();
      await clients.replace({ ...client, secretHash: await hashSecret(secret) });
      log({ event: 'client_secret_replaced', clientId: client.clientId, by: access.sub });
      return c.json(clientResponse(c, { client, secret }));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/registration-tokens',
    cors: 'allowed',
    access: admin,
    body: tokenRequest,
    async handle(c, { body, access }) {
      const { keys, log } = c.get('services');
      const { expires_in = DAY_SECONDS } = body;
      const jti = crypto.randomUUID();
      const token = await sealInitialAccessToken(jti, Math.floor(c.get('now')) + expires_in, keys);
      log({ event: 'initial_access_token_made', jti, by: access.sub });
      return c.json({ initial_access_token: token, expires_in }, 201);
    },
  }),
];

const TAKEN: Refusal = { reason: 'bad_request', status: 409, description: 'The client_id is taken' };
const NOT_FOUND: Refusal = { reason: 'bad_request', status: 404, description: 'No such client' };

function clientOf(c: RequestContext): string {
  return c.req.param('client') ?? '';
}
