import { parseUsername } from '../../core/account/username.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';

/** What the operator does about a user's sessions. */
export const adminSessionRoutes: Route[] = [
  defineRoute({
    method: 'DELETE',
    path: '/admin/users/:username/sessions',
    cors: 'allowed',
    access: { scope: 'admin' },
    async handle(c, { access }) {
      const { accounts, directory, log } = c.get('services');
      const username = parseUsername(c.req.param('username'));
      // A guard is called for nobody who never was. A deleted user's sessions may outlive the user: they end here, too.
      if (username === undefined || !(await directory.isTaken(username)))
        return refuse(c, { reason: 'bad_request', status: 404, description: 'No such user' });
      await accounts.endAll(username);
      log({ event: 'all_sessions_ended', username, by: access.sub });
      return c.body(null, 204);
    },
  }),
];
