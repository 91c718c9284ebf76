import type { ReusedSession } from '../../core/account/accounts.ts';
import { CREDENTIAL_TYPES, isDerived } from '../../core/account/credentials.ts';
import type { Signin } from '../../core/tokens/signin-token.ts';
import {
  type AccountDeed,
  type AccountView,
  accountPage,
  type PasswordErrors,
} from '../../pages/account.tsx';
import type { Frame } from '../../pages/layout.tsx';
import { fill, type Texts } from '../../pages/texts/texts.ts';
import { takeBackConsent } from '../consent-end.ts';
import type { RequestContext } from '../context.ts';
import { listCredentials } from '../credential-list.ts';
import { holderOf, isFresh } from '../fresh-sign-in.ts';
import { defineForm, definePage } from '../page.ts';
import { changePassword, type PasswordChangeRefusal } from '../password-change.ts';
import type { Route } from '../route.ts';
import { whenSignedIn } from '../signed-in.ts';
import { endSignin } from '../signin-session.ts';
import { askToWait } from '../throttled-page.ts';

const HERE = '/account';
/** How long a theft that was found is told of. */
const TOLD_SECONDS = 1_209_600;
const MOST_TOLD = 5;
const DEEDS: readonly AccountDeed[] = ['password', 'ended', 'credential', 'added', 'consent'];

/** `/account` and its forms. They act by the sign-in to the pages, never by an app's session. */
export const accountPageRoutes: Route[] = [
  definePage(HERE, (c, frame) => whenSignedIn(c, (signin) => show(c, frame, signin, deedOf(c)))),
  defineForm('/account/sessions/end', (c, form) =>
    whenSignedIn(c, async ({ username, sid }) => {
      const ended = form.get('sid') ?? '';
      if (ended === sid) return signOut(c);
      const outcome = await c.get('services').accounts.end(username, ended);
      if (outcome.ended) c.get('services').log({ event: 'session_ended', username, sid: ended });
      return c.redirect(`${HERE}?done=ended`, 303);
    }),
  ),
  defineForm('/account/sessions/end-all', (c) =>
    whenSignedIn(c, async ({ username }) => {
      await c.get('services').accounts.endAll(username);
      c.get('services').log({ event: 'all_sessions_ended', username });
      await endSignin(c);
      return c.redirect('/signin?done=everywhere', 303);
    }),
  ),
  defineForm('/account/consents/end', (c, form) =>
    whenSignedIn(c, async ({ username }) => {
      await takeBackConsent(c, username, form.get('client') ?? '');
      return c.redirect(`${HERE}?done=consent`, 303);
    }),
  ),
  defineForm('/account/signout', signOut),
  defineForm('/account/password', (c, form, frame) =>
    whenSignedIn(c, async (signin) => {
      const { texts } = frame;
      const next = form.get('next') ?? '';
      if (next === '') return refuse(c, frame, signin, { next: texts.accountPage.missingNext });
      const problem = await changePassword(c, holderOf(signin), {
        current: form.get('current') ?? undefined,
        next,
      });
      if (!problem) return c.redirect(`${HERE}?done=password`, 303);
      c.get('services').log({
        event: 'refused',
        method: 'POST',
        route: '/account/password',
        reason: problem.reason,
      });
      return refuse(
        c,
        frame,
        signin,
        errorsOf(c, problem, texts),
        problem.reason === 'throttled' ? 429 : 400,
      );
    }),
  ),
];

async function signOut(c: RequestContext): Promise<Response> {
  await endSignin(c);
  return c.redirect('/signin?done=here', 303);
}

async function show(
  c: RequestContext,
  frame: Frame,
  signin: Signin,
  more: Pick<AccountView, 'done' | 'errors' | 'status'>,
): Promise<Response> {
  const { accounts, consents: allowed, clients, settings } = c.get('services');
  const [sessions, reused, credentials, consents] = await Promise.all([
    accounts.list(signin.username),
    accounts.listReused(signin.username),
    listCredentials(c, signin.username),
    allowed.list(signin.username),
  ]);
  const clientNames = await clients.names([...sessions, ...consents].map(({ clientId }) => clientId));
  const now = c.get('now');
  const told = reused.filter(isToldAt(now)).slice(0, MOST_TOLD);
  const fresh = isFresh(c, holderOf(signin));
  const standing = credentials.map(({ type }) => type);
  // What derives from the password is there once.
  const addable = CREDENTIAL_TYPES.filter(
    (type) => settings.authSchemes.includes(type) && !(isDerived(type) && standing.includes(type)),
  );
  const view = {
    signin,
    sessions,
    credentials,
    addable,
    consents,
    clientNames,
    reused: told,
    isFresh: fresh,
    now,
  };
  return accountPage(c, frame, { ...view, ...more });
}

function isToldAt(now: number) {
  return ({ endedAt }: ReusedSession) => now - endedAt < TOLD_SECONDS;
}

function deedOf(c: RequestContext): { done?: AccountDeed } {
  const done = DEEDS.find((deed) => deed === c.req.query('done'));
  return done ? { done } : {};
}

function refuse(
  c: RequestContext,
  frame: Frame,
  signin: Signin,
  errors: PasswordErrors,
  status: 400 | 429 = 400,
): Promise<Response> {
  return show(c, { ...frame, here: HERE }, signin, { errors, status });
}

function errorsOf(c: RequestContext, problem: PasswordChangeRefusal, texts: Texts): PasswordErrors {
  switch (problem.reason) {
    case 'wrong_credentials':
      return { current: texts.accountPage.wrongCurrent };
    case 'stale_sign_in':
      return { current: texts.accountPage.missingCurrent };
    case 'bad_password':
      return { next: fill(texts.registration.badPassword, { description: problem.description }) };
    case 'weak_password':
      return { next: fill(texts.registration.weakPassword, { description: problem.description }) };
    case 'throttled':
      return { form: askToWait(c, texts, problem.retryAfterSeconds) };
  }
}
