import { parseUsername } from '../../core/account/username.ts';
import { parseReturnTo } from '../../core/return-to.ts';
import type { Frame } from '../../pages/layout.tsx';
import { type SigninErrors, type SigninView, signinPage } from '../../pages/signin.tsx';
import { fill, type Texts } from '../../pages/texts/texts.ts';
import type { RequestContext } from '../context.ts';
import { readApp } from '../oauth/authorization.ts';
import { defineForm, definePage } from '../page.ts';
import { type RegistrationProblem, register } from '../registration.ts';
import type { Route } from '../route.ts';
import { checkPassword } from '../sign-in.ts';
import { readSignin, type StartRefusal, startSignin } from '../signin-session.ts';
import { askToWait } from '../throttled-page.ts';

const START = '/account';

/**
 * `/signin?return_to=<path>` signs in to the issuer's own pages and leads there. With `return_to` it always asks, so that
 * `/oauth/authorize` can have somebody sign in anew; `login_hint` fills in the username.
 */
export const signinPageRoutes: Route[] = [
  definePage('/signin', async (c, frame) => {
    const view = viewOf(c);
    const signin = await readSignin(c);
    if (signin && view.returnTo === undefined && !view.isNew) return c.redirect(START, 303);
    const username = parseUsername(c.req.query('login_hint')) ?? signin?.username;
    const done = c.req.query('done');
    const left = done === 'here' || done === 'everywhere' ? done : undefined;
    return show(c, frame, { ...view, left, ...(!view.isNew && { username }) });
  }),
  defineForm('/signin', async (c, form, frame) => {
    const view = { ...viewOf(c), username: form.get('username')?.slice(0, 64) };
    const errors = missingFields(form, frame.texts);
    if (errors) return show(c, frame, { ...view, errors, status: 400 });
    return view.isNew ? createAccount(c, form, frame, view) : signIn(c, form, frame, view);
  }),
];

type View = Pick<SigninView, 'isNew' | 'canRegister' | 'username' | 'returnTo'>;

function viewOf(c: RequestContext): View {
  const canRegister = c.get('services').settings.registration === 'open';
  return {
    isNew: canRegister && c.req.query('new') !== undefined,
    canRegister,
    returnTo: parseReturnTo(c.req.query('return_to')),
  };
}

/** Shows the form, and the app that the user goes on to. */
async function show(c: RequestContext, frame: Frame, view: SigninView): Promise<Response> {
  return signinPage(c, frame, { ...view, app: await readApp(c, view.returnTo) });
}

function missingFields(form: URLSearchParams, { signin }: Texts): SigninErrors | undefined {
  const errors: SigninErrors = {
    ...(!form.get('username') && { username: signin.missingUsername }),
    ...(!form.get('password') && { password: signin.missingPassword }),
  };
  return Object.keys(errors).length > 0 ? errors : undefined;
}

async function signIn(c: RequestContext, form: URLSearchParams, frame: Frame, view: View): Promise<Response> {
  const { signin } = frame.texts;
  const outcome = await checkPassword(c, form.get('username'), form.get('password'));
  switch (outcome.kind) {
    case 'right':
      return leadOn(c, frame, view, await startSignin(c, outcome.user));
    case 'wrong':
      c.get('services').log({
        event: 'refused',
        method: 'POST',
        route: '/signin',
        reason: 'wrong_credentials',
      });
      return show(c, frame, {
        ...view,
        errors: { password: signin.wrong, isPairWrong: true },
        status: 400,
      });
    case 'throttled':
      return throttled(c, frame, view, outcome.retryAfterSeconds);
  }
}

async function createAccount(
  c: RequestContext,
  form: URLSearchParams,
  frame: Frame,
  view: View,
): Promise<Response> {
  const outcome = await register(c, form.get('username'), form.get('password'));
  if (outcome.ok) return leadOn(c, frame, view, await startSignin(c, outcome.user, { isNewUser: true }));
  const { problem } = outcome;
  if (problem.kind === 'throttled') return throttled(c, frame, view, problem.retryAfterSeconds);
  c.get('services').log({ event: 'refused', method: 'POST', route: '/signin', reason: problem.kind });
  const errors = registrationErrors(problem, frame.texts);
  return show(c, frame, { ...view, errors, status: 400 });
}

function registrationErrors(
  problem: Exclude<RegistrationProblem, { kind: 'throttled' }>,
  { registration }: Texts,
): SigninErrors {
  switch (problem.kind) {
    case 'closed':
      return { form: registration.closed };
    case 'taken':
      return { username: registration.taken };
    case 'bad_username':
      return { username: registration.badUsername };
    case 'bad_password':
      return { password: fill(registration.badPassword, { description: problem.description }) };
    case 'weak_password':
      return { password: fill(registration.weakPassword, { description: problem.description }) };
  }
}

async function leadOn(
  c: RequestContext,
  frame: Frame,
  view: View,
  outcome: { kind: 'started' } | { kind: 'refused'; because: StartRefusal },
): Promise<Response> {
  if (outcome.kind === 'started') return c.redirect(view.returnTo ?? START, 303);
  const { signin } = frame.texts;
  const form = outcome.because === 'too_many_sessions' ? signin.tooManySessions : signin.credentialsChanged;
  return show(c, frame, { ...view, isNew: false, errors: { form }, status: 400 });
}

async function throttled(
  c: RequestContext,
  frame: Frame,
  view: View,
  retryAfterSeconds: number,
): Promise<Response> {
  c.get('services').log({ event: 'refused', method: 'POST', route: '/signin', reason: 'throttled' });
  const form = askToWait(c, frame.texts, retryAfterSeconds);
  // Without the app, which would be looked up: a flood costs the directory nothing.
  return signinPage(c, frame, { ...view, errors: { form }, status: 429 });
}
