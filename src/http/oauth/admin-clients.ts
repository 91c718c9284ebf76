import * as v from 'valibot';
import { metadataSchema, parseClientMetadata } from '../../core/oauth/client-metadata.ts';
import { sealInitialAccessToken } from '../../core/oauth/initial-access-token.ts';
import { hashSecret } from '../../core/oauth/secret.ts';
import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';
import {
  clientResponse,
  createClient,
  drawSecret,
  hasSecret,
  metadataRules,
  refuseMetadata,
} from './new-client.ts';

const admin = { scope: 'admin' } as const;
const noScope = { description: 'The access token lacks the scope `admin`', body: schemas.problem };
const notFound = { description: 'No such client', body: schemas.problem };

const DAY_SECONDS = 86_400;
const LONGEST_TOKEN_SECONDS = 30 * DAY_SECONDS;

const newClient = v.object({
  ...metadataSchema.entries,
  client_id: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/), v.description('Drawn, if left out'))),
  first_party: v.optional(v.pipe(v.boolean(), v.description('Its users are not asked for consent'))),
});

const tokenRequest = v.object({
  expires_in: v.optional(v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(LONGEST_TOKEN_SECONDS))),
});

/** The operator's clients. */
export const adminClientRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/admin/clients',
    tag: 'Clients',
    summary: 'Register a client, as the operator',
    description: 'Metadata of RFC 7591; `scope` may hold any scope but `account` and `admin`.',
    cors: 'allowed',
    access: admin,
    body: newClient,
    refuseMember: refuseMetadata,
    answers: {
      201: { description: 'The client; its secret is shown once', body: schemas.clientInformation },
      400: { description: 'Refused', body: schemas.problem },
      403: noScope,
      409: { description: 'The client_id is taken', body: schemas.problem },
    },
    async handle(c, { body, access }) {
      const { client_id: clientId, first_party: isFirstParty = false, ...submitted } = body;
      const outcome = parseClientMetadata(submitted, metadataRules(c, true));
      if (!outcome.ok) return refuse(c, { ...outcome, reason: 'client_metadata' });
      const made = await createClient(c, outcome.metadata, { clientId, isTrusted: true, isFirstParty });
      const { clients, log } = c.get('services');
      // The names of the issuer's own clients would let a client take their sessions for its own.
      const isOwn = made.client.clientId.startsWith('edgemint');
      if (isOwn || !(await clients.add(made.client))) return refuse(c, TAKEN);
      log({ event: 'client_registered', clientId: made.client.clientId, by: access.sub });
      return c.json({ ...clientResponse(c, made), first_party: isFirstParty }, 201);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/clients',
    tag: 'Clients',
    summary: 'List the clients',
    cors: 'allowed',
    access: admin,
    answers: { 200: { description: 'All of them, without secrets' }, 403: noScope },
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
    tag: 'Clients',
    summary: 'Remove a client',
    cors: 'allowed',
    access: admin,
    answers: {
      204: { description: 'It is removed; it can refresh nothing any more' },
      403: noScope,
      404: notFound,
    },
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
    tag: 'Clients',
    summary: 'Replace the secret of a client',
    cors: 'allowed',
    access: admin,
    answers: {
      200: {
        description: 'The new secret, shown once; the old one is good for nothing',
        body: schemas.clientInformation,
      },
      400: { description: 'This client has no secret', body: schemas.problem },
      403: noScope,
      404: notFound,
    },
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
    tag: 'Clients',
    summary: 'Make an initial access token',
    description:
      'Whoever has it may register clients at `/oauth/register` until it expires (RFC 7591 section 3).',
    cors: 'allowed',
    access: admin,
    body: tokenRequest,
    answers: { 201: { description: 'The token', body: schemas.initialAccessToken }, 403: noScope },
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
