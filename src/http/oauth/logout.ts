import { LONGEST_STATE } from '../../core/oauth/authorization-request.ts';
import { type IdTokenHint, readIdTokenHint } from '../../core/oauth/id-token.ts';
import { withParameters } from '../../core/oauth/redirect-uri.ts';
import type { Signin } from '../../core/tokens/signin-token.ts';
import { faultPage } from '../../pages/fault.tsx';
import type { Frame } from '../../pages/layout.tsx';
import { logoutPage } from '../../pages/oauth/logout.tsx';
import { addressOf } from '../address.ts';
import type { RequestContext } from '../context.ts';
import { readFields } from '../form.ts';
import { defineForm, definePage, definePostedPage } from '../page.ts';
import type { Route } from '../route.ts';
import { endSignin, readSignin } from '../signin-session.ts';
import { throttledPage } from '../throttled-page.ts';

const HERE = '/oauth/logout';
const RECENT_SECONDS = 86_400;

/**
 * RP-initiated logout. An app that shows an ID token of the very user who is signed in here, of a session that lives or is
 * just over, signs them out; any other request could be a trick of another site, so the user is asked.
 *
 * @see OpenID Connect RP-Initiated Logout 1.0 sections 2, 3 and 6
 */
export const logoutRoutes: Route[] = [
  definePage(HERE, (c, frame) => logOut(c, frame, new URL(c.req.url).searchParams)),
  // A form of another site brings no cookies along: it goes on by a redirect, which does.
  definePostedPage(HERE, async (c, frame) => {
    const parameters = await readFields(c);
    const read = await readLogout(c, parameters);
    return read ? c.redirect(`${HERE}?${parameters}`, 303) : faultPage(c, frame, 'badRedirect', 400);
  }),
  defineForm(`${HERE}/confirm`, async (c, form, frame) => {
    const read = await readLogout(c, form);
    if (!read) return faultPage(c, frame, 'badRedirect', 400);
    if (form.get('decision') !== 'allow') return c.redirect('/account', 303);
    await endSignin(c);
    return leave(c, read.leadsTo);
  }),
];

type Logout = {
  hint: IdTokenHint | undefined;
  /** Undefined: nowhere. */
  leadsTo: string | undefined;
};

async function logOut(c: RequestContext, frame: Frame, parameters: URLSearchParams): Promise<Response> {
  const { limits, accounts } = c.get('services');
  const { success } = await limits.authorize.limit({ key: addressOf(c) });
  if (!success) return throttledPage(c, frame);
  const read = await readLogout(c, parameters);
  if (!read) return faultPage(c, frame, 'badRedirect', 400);
  const { hint, leadsTo } = read;
  const signin = await readSignin(c);
  if (signin && !(hint && (await speaksFor(c, signin, hint)))) return ask(c, frame, signin, parameters);
  if (signin) await endSignin(c);
  // Whoever has its ID token speaks for this session, even where no cookie came along.
  if (hint) await accounts.end(hint.subject, hint.sid);
  return leave(c, leadsTo);
}

/** An old ID token of a session that is over is suspect: it may have lain about in a log. */
async function speaksFor(c: RequestContext, { username }: Signin, hint: IdTokenHint): Promise<boolean> {
  const isRecent = c.get('now') - hint.issuedAt < RECENT_SECONDS;
  return username === hint.subject && (isRecent || c.get('services').accounts.isLive(username, hint.sid));
}

function leave(c: RequestContext, leadsTo: string | undefined): Response {
  return c.redirect(leadsTo ?? '/signin', 303);
}

function ask(
  c: RequestContext,
  frame: Frame,
  { username }: Signin,
  parameters: URLSearchParams,
): Response | Promise<Response> {
  const names = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'];
  const fields = names.flatMap((name) => {
    const value = parameters.get(name);
    return value ? [[name, value]] : [];
  });
  return logoutPage(c, frame, { username, fields: Object.fromEntries(fields) });
}

/** @returns `undefined` if it leads somewhere that its client has not registered */
async function readLogout(c: RequestContext, parameters: URLSearchParams): Promise<Logout | undefined> {
  const { keys, clients } = c.get('services');
  const token = parameters.get('id_token_hint');
  const hint = token ? await readIdTokenHint(token, c.get('issuer'), keys) : undefined;
  const named = parameters.get('client_id') || undefined;
  if ((token && !hint) || (hint && named !== undefined && hint.clientId !== named)) return undefined;
  const clientId = hint?.clientId ?? named;
  // Where no client is named an address is nobody's, so it counts for nothing.
  if (clientId === undefined) return { hint, leadsTo: undefined };
  const client = await clients.find(clientId);
  if (!client && !hint) return undefined;
  const uri = parameters.get('post_logout_redirect_uri');
  if (!uri) return { hint, leadsTo: undefined };
  const state = parameters.get('state') ?? '';
  if (!client?.postLogoutRedirectUris.includes(uri) || state.length > LONGEST_STATE) return undefined;
  return { hint, leadsTo: withParameters(uri, state === '' ? {} : { state }) };
}
