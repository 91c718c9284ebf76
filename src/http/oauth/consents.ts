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
      const isRemoved = await consents.remove(access.sub, clientId);
      const sessions = (await accounts.list(access.sub)).filter((session) => session.clientId === clientId);
      // A device's client has sessions only, and so has one whose end failed half-way and is asked for again.
      if (!isRemoved && sessions.length === 0)
        return refuse(c, {
          reason: 'bad_request',
          status: 404,
          description: 'That client was allowed nothing',
        });
      for (const { sid } of sessions) await accounts.end(access.sub, sid);
      log({ event: 'consent_taken_back', username: access.sub, clientId });
      return c.body(null, 204);
    },
  }),
];
