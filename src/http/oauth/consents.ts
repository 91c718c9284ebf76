import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';

const account = { scope: 'account' } as const;
const noScope = { description: 'The access token lacks the scope `account`', body: schemas.problem };

/** What a user has allowed clients, and how they take it back. */
export const consentRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/auth/consents',
    tag: 'Account',
    summary: 'List the clients that were allowed',
    cors: 'allowed',
    access: account,
    answers: { 200: { description: 'Each with its scope', body: schemas.consentList }, 403: noScope },
    async handle(c, { access }) {
      const consents = await c.get('services').consents.list(access.sub);
      return c.json({
        consents: consents.map(({ clientId, scope, grantedAt }) => ({
          client_id: clientId,
          scope,
          granted_at: grantedAt,
        })),
      });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/consents/:client',
    tag: 'Account',
    summary: 'Take back what a client was allowed, and end its sessions',
    cors: 'allowed',
    access: account,
    answers: {
      204: { description: 'It must ask again' },
      403: noScope,
      404: { description: 'That client was allowed nothing', body: schemas.problem },
    },
    async handle(c, { access }) {
      const { consents, accounts, log } = c.get('services');
      const clientId = c.req.param('client') ?? '';
      if (!(await consents.remove(access.sub, clientId)))
        return refuse(c, {
          reason: 'bad_request',
          status: 404,
          description: 'That client was allowed nothing',
        });
      const sessions = await accounts.list(access.sub);
      for (const { sid } of sessions.filter((session) => session.clientId === clientId))
        await accounts.end(access.sub, sid);
      log({ event: 'consent_taken_back', username: access.sub, clientId });
      return c.body(null, 204);
    },
  }),
];
