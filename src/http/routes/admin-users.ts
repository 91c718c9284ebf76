import { parseUsername } from '../../core/account/username.ts';
import type { RequestContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import { deleteUser } from '../user-deletion.ts';

/** What the operator does about users and their sessions. */
export const adminUserRoutes: Route[] = [
  defineRoute({
    method: 'DELETE',
    path: '/admin/users/:username/sessions',
    cors: 'allowed',
    access: { scope: 'admin' },
    async handle(c, { access }) {
      const { accounts, directory, log } = c.get('services');
      const username = parseUsername(c.req.param('username'));
      // A guard is called for nobody who never was. A deleted user's sessions may outlive the user: they end here, too.
      if (username === undefined || !(await directory.isTaken(username))) return refuseUnknown(c);
      await accounts.endAll(username);
      log({ event: 'all_sessions_ended', username, by: access.sub });
      return c.body(null, 204);
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/admin/users/:username',
    cors: 'allowed',
    access: { scope: 'admin' },
    async handle(c, { access }) {
      const username = parseUsername(c.req.param('username'));
      if (username === undefined) return refuseUnknown(c);
      // Not even by another admin: two of them at once, each about the other, would leave none, and it can't be undone.
      if (c.get('services').settings.admins.includes(username))
        return refuse(c, { reason: 'bad_request', description: 'Take the name out of ADMINS first' });
      if (!(await deleteUser(c, username))) return refuseUnknown(c);
      c.get('services').log({ event: 'user_deleted', username, by: access.sub });
      return c.body(null, 204);
    },
  }),
];

function refuseUnknown(c: RequestContext): Response {
  return refuse(c, { reason: 'bad_request', status: 404, description: 'No such user' });
}
