import { MOST_CREDENTIALS, publicIdOf, type StoredCredential } from '../../core/account/credentials.ts';
import { parsePassword } from '../../core/passwords/password.ts';
import { AWS4_KEY_RANDOM_BYTES, createAws4Key } from '../../schemes/aws4/key.ts';
import type { Access, RequestContext } from '../context.ts';
import { listCredentials } from '../credential-list.ts';
import { deriveCredentials, sealCredential } from '../derived-credentials.ts';
import { credentialsVersionFor } from '../fresh-sign-in.ts';
import { type Refusal, refuse } from '../refusal.ts';
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
      return addCredential(c, access, allowed, made);
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/credentials/:id',
    tag: 'Account',
    summary: 'End a credential',
    description:
      'Nobody signs in with it from then on. Sessions that it opened go on: end those by `/auth/sessions`.',
    cors: 'allowed',
    access: account,
    answers: {
      204: { description: 'It has ended' },
      401: refused('No access token, or not a good one'),
      403: refused('The access token lacks the scope `account`'),
      404: refused('No such credential'),
    },
    async handle(c, { access }) {
      const id = c.req.param('id') ?? '';
      const { accounts, credentials, directory, log } = c.get('services');
      for (let tries = 1; tries <= MOST_ENDING_TRIES; tries += 1) {
        const user = await directory.find(access.sub);
        const ended = (await credentials.list(access.sub)).filter((each) => publicIdOf(each) === id);
        const [first] = ended;
        if (!user || !first)
          return refuse(c, { reason: 'bad_request', status: 404, description: 'No such credential' });
        const { credentialsVersion } = user;
        if (!(await accounts.changeCredentials(access.sub, { credentialsVersion, remove: ended }))) continue;
        log({ event: 'credential_ended', username: access.sub, sid: access.sid, type: first.type, id });
        return c.body(null, 204);
      }
      return refuse(c, { reason: 'unavailable', retryAfterSeconds: 1 });
    },
  }),
];

/** Ending needs no fresh look at what was allowed, so it is tried again when something else was changed meanwhile. */
const MOST_ENDING_TRIES = 3;

type NewCredential = { type: 'digest'; password: string } | { type: 'aws4' };

/** What is stored, and what its user is shown of it once. */
type MadeCredential = { stored: StoredCredential[]; shown?: Record<string, string> };

async function makeCredential(
  c: RequestContext,
  { sub: username }: Access,
  body: NewCredential,
): Promise<MadeCredential | { refusal: Refusal }> {
  switch (body.type) {
    case 'digest': {
      const parsed = parsePassword(body.password);
      if (!parsed.ok) return { refusal: { reason: 'bad_request', description: parsed.description } };
      return { stored: await deriveCredentials(c, body.type, username, parsed.password) };
    }
    case 'aws4': {
      const random = crypto.getRandomValues(new Uint8Array(AWS4_KEY_RANDOM_BYTES));
      const { accessKeyId, secret } = createAws4Key(random);
      const stored = await sealCredential(c, { type: 'aws4', id: accessKeyId, username }, { secret });
      return { stored: [stored], shown: { access_key_id: accessKeyId, secret_access_key: secret } };
    }
  }
}

async function addCredential(
  c: RequestContext,
  { sub: username, sid }: Access,
  credentialsVersion: number,
  { stored, shown }: MadeCredential,
): Promise<Response> {
  const { accounts, credentials, log } = c.get('services');
  const [first] = stored;
  if (!first) throw new Error('A credential has at least one row');
  const standing = await credentials.list(username);
  if (standing.length + stored.length > MOST_CREDENTIALS)
    return refuse(c, conflict('This user has too many credentials; end some first'));
  const owner = await credentials.find(first);
  if (owner && owner.username !== username) return refuse(c, conflict('The key id is taken'));
  const isChanged = await accounts.changeCredentials(username, { credentialsVersion, put: stored });
  if (!isChanged) return refuse(c, { reason: 'wrong_credentials' });
  // Two users may have asked for one key id at once.
  if ((await credentials.find(first))?.sealed !== first.sealed)
    return refuse(c, conflict('The key id is taken'));
  const { type, createdAt } = first;
  const id = publicIdOf(first);
  log({ event: 'credential_added', username, sid, type, id });
  return c.json({ id, type, created_at: createdAt, ...shown }, 201);
}

function conflict(description: string): Refusal {
  return { reason: 'bad_request', status: 409, description };
}
