import {
  CREDENTIAL_TYPES,
  type CredentialType,
  isDerived,
  publicIdOf,
} from '../../core/account/credentials.ts';
import type { Signin } from '../../core/tokens/signin-token.ts';
import {
  accessKeyPage,
  type CredentialErrors,
  credentialAddPage,
  credentialAddPath,
} from '../../pages/credential-add.tsx';
import type { Frame } from '../../pages/layout.tsx';
import { signinPath } from '../../pages/signin.tsx';
import type { Texts } from '../../pages/texts/texts.ts';
import type { RequestContext } from '../context.ts';
import { endCredentials } from '../credential-end.ts';
import {
  type AddedCredential,
  addCredential,
  type CredentialProblem,
  makeCredential,
  type NewCredential,
} from '../credential-making.ts';
import { type CredentialsRefusal, credentialsVersionFor, holderOf, isFresh } from '../fresh-sign-in.ts';
import { defineForm, definePage } from '../page.ts';
import type { Route } from '../route.ts';
import { whenSignedIn } from '../signed-in.ts';
import { askToWait } from '../throttled-page.ts';

const ADD = '/account/credentials/add';

/** Adding and ending what signs a user in beside the password. */
export const credentialPageRoutes: Route[] = [
  definePage(ADD, (c, frame) => whenAllowed(c, (_, type) => credentialAddPage(c, frame, { type }))),
  defineForm(ADD, (c, form, frame) => whenAllowed(c, (signin, type) => add(c, form, frame, signin, type))),
  defineForm('/account/credentials/end', (c, form) =>
    end(c, (credential) => publicIdOf(credential) === form.get('id')),
  ),
  defineForm('/account/credentials/end-keys', (c) => end(c, ({ type }) => !isDerived(type))),
];

/**
 * What derives from the password asks for it anyway. A key asks for a fresh sign-in, so who came a while ago signs in once
 * more and is led back.
 */
function whenAllowed(
  c: RequestContext,
  act: (signin: Signin, type: CredentialType) => Promise<Response> | Response,
): Promise<Response> | Response {
  const { authSchemes } = c.get('services').settings;
  const type = CREDENTIAL_TYPES.find((each) => each === c.req.query('type') && authSchemes.includes(each));
  if (!type) return c.redirect('/account', 303);
  const here = credentialAddPath(type);
  const actIfFresh = (signin: Signin) =>
    isDerived(type) || isFresh(c, holderOf(signin)) ? act(signin, type) : c.redirect(signinPath(here), 303);
  return whenSignedIn(c, actIfFresh, here);
}

async function add(
  c: RequestContext,
  form: URLSearchParams,
  frame: Frame,
  signin: Signin,
  type: CredentialType,
): Promise<Response> {
  const asked = readNew(type, form);
  const outcome = await addNew(c, signin, asked);
  if (!('problem' in outcome)) {
    const { access_key_id: id, secret_access_key: secret } = outcome;
    if (id === undefined || secret === undefined) return c.redirect('/account?done=added', 303);
    const { aws4Region: region, aws4Service: service } = c.get('services').settings;
    return accessKeyPage(c, frame, { id, secret, region, service });
  }
  const { problem } = outcome;
  const reason = 'kind' in problem ? problem.kind : problem.reason;
  c.get('services').log({ event: 'refused', method: 'POST', route: ADD, reason });
  if (reason === 'stale_sign_in' || reason === 'credentials_changed')
    return c.redirect(signinPath(credentialAddPath(type)), 303);
  return credentialAddPage(c, frame, {
    type,
    ...(asked.type === 'hoba' && { kid: asked.kid, publicKey: shownAgain(form.get('public_key') ?? '') }),
    errors: errorsOf(c, problem, frame.texts),
    status: reason === 'throttled' ? 429 : 400,
  });
}

/** Whoever pastes a private key by mistake, alone or behind its public half, must not find it in a page. */
function shownAgain(publicKey: string): string {
  const isPublic = publicKey.startsWith('-----BEGIN PUBLIC KEY-----') && !publicKey.includes('PRIVATE KEY');
  return isPublic ? publicKey : '';
}

type Outcome = AddedCredential | { problem: CredentialProblem | CredentialsRefusal };

async function addNew(c: RequestContext, signin: Signin, asked: NewCredential): Promise<Outcome> {
  const holder = holderOf(signin);
  const allowed = await credentialsVersionFor(c, holder, 'password' in asked ? asked.password : undefined);
  if (typeof allowed !== 'number') return { problem: allowed };
  const made = await makeCredential(c, holder, asked);
  return 'problem' in made ? made : addCredential(c, holder, allowed, made);
}

function readNew(type: CredentialType, form: URLSearchParams): NewCredential {
  switch (type) {
    case 'digest':
    case 'mutual':
      return { type, password: form.get('password') ?? '' };
    case 'hoba':
      return { type, kid: form.get('kid') || undefined, public_key: form.get('public_key') ?? '' };
    case 'aws4':
      return { type };
  }
}

function end(c: RequestContext, isMeant: Parameters<typeof endCredentials>[2]): Promise<Response> {
  return whenSignedIn(c, async ({ username, sid }) => {
    await endCredentials(c, { sub: username, sid }, isMeant);
    return c.redirect('/account?done=credential', 303);
  });
}

function errorsOf(
  c: RequestContext,
  problem: CredentialProblem | CredentialsRefusal,
  texts: Texts,
): CredentialErrors {
  const { accountPage, credentialAdd } = texts;
  switch ('kind' in problem ? problem.kind : problem.reason) {
    case 'bad_key':
      return { publicKey: credentialAdd.badKey };
    case 'bad_kid':
      return { kid: credentialAdd.badKid };
    case 'kid_taken':
      return { kid: credentialAdd.kidTaken };
    case 'too_many':
      return { form: credentialAdd.tooMany };
    case 'throttled':
      return { form: askToWait(c, texts, 'retryAfterSeconds' in problem ? problem.retryAfterSeconds : 1) };
    default:
      return { password: accountPage.wrongCurrent };
  }
}
