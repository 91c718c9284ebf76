import { endCredential } from '../credential-end.ts';
import { listCredentials } from '../credential-list.ts';
import { addCredential, makeCredential } from '../credential-making.ts';
import { credentialsVersionFor } from '../fresh-sign-in.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';

const account = { scope: 'account' } as const;
const refused = (description: string) => ({ description, body: schemas.problem });

export const credentialRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/auth/credentials',
    tag: 'Account',
    summary: 'List what signs this user in beside the password',
    cors: 'allowed',
    access: account,
    answers: {
      200: { description: 'Oldest first', body: schemas.credentialList },
      401: refused('No access token, or not a good one'),
      403: refused('The access token lacks the scope `account`'),
    },
    handle: async (c, { access }) => c.json({ credentials: await listCredentials(c, access.sub) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/auth/credentials',
    tag: 'Account',
    summary: 'Add a credential for another scheme',
    description: 'Needs the current password, or a sign-in under 5 minutes old. A secret is shown once.',
    cors: 'allowed',
    access: account,
    body: schemas.newCredential,
    answers: {
      201: { description: 'It is added', body: schemas.addedCredential },
      400: refused('Refused'),
      401: refused('No access token, or not a good one'),
      403: refused('The access token lacks the scope `account`'),
      409: refused('The key id is taken, or there are too many'),
      429: refused('Too many attempts'),
    },
    async handle(c, { body, access }) {
      const allowed = await credentialsVersionFor(c, access, body.password);
      if (typeof allowed !== 'number') return refuse(c, allowed);
      const made = await makeCredential(c, access, body);
      if ('refusal' in made) return refuse(c, made.refusal);
      const added = await addCredential(c, access, allowed, made);
      return 'refusal' in added ? refuse(c, added.refusal) : c.json(added, 201);
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/credentials/:id',
    tag: 'Account',
    summary: 'End a credential',
    description:
      'Nobody signs in with it from then on, and the sessions that it opened end: this one too, if it is among them.',
    cors: 'allowed',
    access: account,
    answers: {
      204: { description: 'It has ended' },
      401: refused('No access token, or not a good one'),
      403: refused('The access token lacks the scope `account`'),
      404: refused('No such credential'),
    },
    async handle(c, { access }) {
      const isEnded = await endCredential(c, access, c.req.param('id') ?? '');
      if (isEnded) return c.body(null, 204);
      return refuse(c, { reason: 'bad_request', status: 404, description: 'No such credential' });
    },
  }),
];
