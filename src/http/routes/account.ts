import { parsePassword } from '../../core/passwords/password.ts';
import type { Access, RequestContext } from '../context.ts';
import { clearRefreshCookies } from '../refresh-cookies.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';
import { checkPassword } from '../sign-in.ts';

/** How fresh a sign-in must be to change credentials without the current password: a stolen access token must not become a lasting one. */
const FRESH_SIGN_IN_SECONDS = 300;

const account = { scope: 'account' } as const;
const noAccess = { description: 'No access token, or not a good one', body: schemas.problem };
const noScope = { description: 'The access token lacks the scope `account`', body: schemas.problem };

export const accountRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/auth/me',
    tag: 'Account',
    summary: 'The claims behind the access token',
    cors: 'allowed',
    access: {},
    answers: { 200: { description: 'The claims (RFC 9068)', body: schemas.claims }, 401: noAccess },
    handle: (c, { access }) => c.json(access),
  }),
  defineRoute({
    method: 'GET',
    path: '/auth/sessions',
    tag: 'Account',
    summary: 'List the live sessions',
    cors: 'allowed',
    access: account,
    answers: {
      200: { description: 'Newest use first', body: schemas.sessionList },
      401: noAccess,
      403: noScope,
    },
    async handle(c, { access }) {
      const sessions = await c.get('services').accounts.list(access.sub);
      return c.json({
        sessions: sessions
          .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt)
          .map(({ sid, place, openedAt, lastUsedAt }) => ({
            id: sid,
            device: place.device,
            country: place.country,
            created_at: openedAt,
            last_used_at: lastUsedAt,
            current: sid === access.sid,
          })),
      });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/auth/sessions/:sid',
    tag: 'Account',
    summary: 'End one session',
    cors: 'allowed',
    access: account,
    answers: {
      204: { description: 'It has ended' },
      401: noAccess,
      403: noScope,
      404: { description: 'No such session', body: schemas.problem },
    },
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
    tag: 'Account',
    summary: 'End all sessions, this one too',
    cors: 'allowed',
    access: account,
    answers: { 204: { description: 'They have ended' }, 401: noAccess, 403: noScope },
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
    tag: 'Account',
    summary: 'Change the password and end the other sessions',
    cors: 'allowed',
    access: account,
    body: schemas.passwordChange,
    answers: {
      204: { description: 'It is changed' },
      400: { description: 'Refused', body: schemas.problem },
      401: noAccess,
      403: noScope,
      429: { description: 'Too many attempts', body: schemas.problem },
    },
    async handle(c, { body, access }) {
      const allowed = await credentialsVersionFor(c, access, body.current);
      if (typeof allowed !== 'number') return refuse(c, allowed);
      const { passwords, accounts, findWeakness, log } = c.get('services');
      const next = parsePassword(body.next);
      if (!next.ok) return refuse(c, { reason: 'bad_request', description: next.description });
      const weakness = await findWeakness(next.password, access.sub);
      if (weakness !== undefined) return refuse(c, { reason: 'bad_request', description: weakness });
      const isChanged = await accounts.changePassword(access.sub, {
        credentialsVersion: allowed,
        passwordHash: await passwords.hash(access.sub, next.password),
        keep: access.sid,
      });
      if (!isChanged) return refuse(c, { reason: 'wrong_credentials' });
      log({ event: 'password_changed', username: access.sub, sid: access.sid });
      return c.body(null, 204);
    },
  }),
];

/** @returns the version of the credentials under which they may be changed, or why they may not */
async function credentialsVersionFor(
  c: RequestContext,
  access: Access,
  current: string | undefined,
): Promise<number | Refusal> {
  if (current === undefined) {
    if (c.get('now') - access.auth_time >= FRESH_SIGN_IN_SECONDS) return { reason: 'stale_sign_in' };
    const user = await c.get('services').directory.find(access.sub);
    return user ? user.credentialsVersion : { reason: 'wrong_credentials' };
  }
  const outcome = await checkPassword(c, access.sub, current);
  switch (outcome.kind) {
    case 'right':
      return outcome.user.credentialsVersion;
    case 'wrong':
      return { reason: 'wrong_credentials' };
    case 'throttled':
      return { reason: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds };
  }
}
