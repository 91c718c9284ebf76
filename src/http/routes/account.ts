import { isDerived } from '../../core/account/credentials.ts';
import { listCredentials } from '../credential-list.ts';
import { changePassword } from '../password-change.ts';
import { clearRefreshCookies } from '../refresh-cookies.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';

const account = { scope: 'account' } as const;

export const accountRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/auth/me',
    cors: 'allowed',
    access: {},
    handle: (c, { access }) => c.json(access),
  }),
  defineRoute({
    method: 'GET',
    path: '/auth/sessions',
    cors: 'allowed',
    access: account,
    async handle(c, { access }) {
      const sessions = await c.get('services').accounts.list(access.sub);
      return c.json({
        sessions: sessions
          .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt)
          .map(({ sid, place, openedAt, lastUsedAt, credential }) => ({
            id: sid,
            device: place.device,
            country: place.country,
            created_at: openedAt,
            last_used_at: lastUsedAt,
            current: sid === access.sid,
            ...(credential !== undefined && { credential }),
          })),
      });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/sessions/:sid',
    cors: 'allowed',
    access: account,
    async handle(c, { access }) {
      const sid = c.req.param('sid') ?? '';
      const { ended } = await c.get('services').accounts.end(access.sub, sid);
      if (!ended) return refuse(c, { reason: 'bad_request', status: 404, description: 'No such session' });
      c.get('services').log({ event: 'session_ended', username: access.sub, sid });
      if (sid === access.sid) clearRefreshCookies(c, sid);
      return c.body(null, 204);
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/sessions',
    cors: 'allowed',
    access: account,
    async handle(c, { access }) {
      await c.get('services').accounts.endAll(access.sub);
      c.get('services').log({ event: 'all_sessions_ended', username: access.sub });
      clearRefreshCookies(c, access.sid);
      return c.body(null, 204);
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/auth/password',
    cors: 'allowed',
    access: account,
    body: schemas.passwordChange,
    async handle(c, { body, access }) {
      const problem = await changePassword(c, access, {
        current: body.current,
        next: body.next,
        endsCredentials: body.end_credentials ?? false,
      });
      if (problem) {
        return refuse(
          c,
          'description' in problem ? { reason: 'bad_request', description: problem.description } : problem,
        );
      }
      const standing = (await listCredentials(c, access.sub)).filter(({ type }) => !isDerived(type));
      return standing.length > 0 ? c.json({ credentials: standing }) : c.body(null, 204);
    },
  }),
];
