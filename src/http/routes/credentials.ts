import { publicIdOf } from '../../core/account/credentials.ts';
import { endCredentials } from '../credential-end.ts';
import { listCredentials } from '../credential-list.ts';
import { addCredential, makeCredential, refusalOf } from '../credential-making.ts';
import { credentialsVersionFor } from '../fresh-sign-in.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';

const account = { scope: 'account' } as const;

export const credentialRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/auth/credentials',
    cors: 'allowed',
    access: account,
    handle: async (c, { access }) => c.json({ credentials: await listCredentials(c, access.sub) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/auth/credentials',
    cors: 'allowed',
    access: account,
    body: schemas.newCredential,
    async handle(c, { body, access }) {
      const allowed = await credentialsVersionFor(c, access, body.password);
      if (typeof allowed !== 'number') return refuse(c, allowed);
      const made = await makeCredential(c, access, body);
      if ('problem' in made) return refuse(c, refusalOf(made.problem));
      const added = await addCredential(c, access, allowed, made);
      return 'problem' in added ? refuse(c, refusalOf(added.problem)) : c.json(added, 201);
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/credentials/:id',
    cors: 'allowed',
    access: account,
    async handle(c, { access }) {
      const id = c.req.param('id');
      const isEnded = await endCredentials(c, access, (each) => publicIdOf(each) === id);
      if (isEnded) return c.body(null, 204);
      return refuse(c, { reason: 'bad_request', status: 404, description: 'No such credential' });
    },
  }),
];
