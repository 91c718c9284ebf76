import { takeBackConsent } from '../consent-end.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';

const account = { scope: 'account' } as const;

/** What a user has allowed clients, and how they take it back. */
export const consentRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/auth/consents',
    cors: 'allowed',
    access: account,
    async handle(c, { access }) {
      const { consents, clients } = c.get('services');
      const allowed = await consents.list(access.sub);
      const names = await clients.names(allowed.map(({ clientId }) => clientId));
      return c.json({
        consents: allowed.map(({ clientId, scope, grantedAt }) => ({
          client_id: clientId,
          client_name: names.get(clientId),
          scope,
          granted_at: grantedAt,
        })),
      });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/consents/:client',
    cors: 'allowed',
    access: account,
    async handle(c, { access }) {
      const wasAllowed = await takeBackConsent(c, access.sub, c.req.param('client') ?? '');
      return wasAllowed ? c.body(null, 204) : refuse(c, NOTHING_ALLOWED);
    },
  }),
];

const NOTHING_ALLOWED: Refusal = {
  reason: 'bad_request',
  status: 404,
  description: 'That client was allowed nothing',
};
