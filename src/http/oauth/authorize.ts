import { CODE_TTL_SECONDS, sealAuthorizationCode } from '../../core/oauth/authorization-code.ts';
import type { AuthorizationRequest } from '../../core/oauth/authorization-request.ts';
import type { Client } from '../../core/oauth/client.ts';
import { isImitable, needsConsent, needsSignIn } from '../../core/oauth/questions.ts';
import {
  LONGEST_REQUEST_SECONDS,
  openRequest,
  REQUEST_URI_PREFIX,
  type Stage,
  sealRequest,
} from '../../core/oauth/sealed-request.ts';
import type { Signin } from '../../core/tokens/signin-token.ts';
import { faultPage } from '../../pages/fault.tsx';
import type { Frame } from '../../pages/layout.tsx';
import { consentPage } from '../../pages/oauth/consent.tsx';
import { signinPath } from '../../pages/signin.tsx';
import { addressOf } from '../address.ts';
import type { RequestContext } from '../context.ts';
import { readFields } from '../form.ts';
import { defineForm, definePage, definePostedPage, frameOf } from '../page.ts';
import { placeOf } from '../place.ts';
import type { Route } from '../route.ts';
import { readSignin } from '../signin-session.ts';
import { throttledPage } from '../throttled-page.ts';
import { AUTHORIZE, describeApp, isOf, type ReadAuthorization, readAuthorization } from './authorization.ts';
import { respondToRedirect } from './authorization-response.ts';

const CONSENT = '/oauth/consent';

/**
 * The authorization endpoint and its consent page.
 *
 * @see RFC 6749 section 4.1, OpenID Connect Core 1.0 section 3.1.2
 */
export const authorizeRoutes: Route[] = [
  definePage(AUTHORIZE, async (c, frame) => {
    const read = await enter(c, new URL(c.req.url).searchParams);
    return read.kind === 'request' ? proceed(c, frame, read) : refuseAuthorization(c, frame, read);
  }),
  // A form of another site brings no cookies along: the request goes on by a redirect, which does.
  definePostedPage(AUTHORIZE, async (c, frame) => {
    const read = await enter(c, await readFields(c));
    if (read.kind !== 'request') return refuseAuthorization(c, frame, read);
    const here = await carryOn(c, read.request, 'pushed');
    return here === undefined ? tooLong(c, frame, read.request) : c.redirect(here, 303);
  }),
  defineForm(CONSENT, answerConsent),
];

type Readable = Extract<ReadAuthorization, { kind: 'request' }>;

async function enter(
  c: RequestContext,
  parameters: URLSearchParams,
): Promise<ReadAuthorization | { kind: 'throttled' }> {
  const { success } = await c.get('services').limits.authorize.limit({ key: addressOf(c) });
  return success ? readAuthorization(c, parameters) : { kind: 'throttled' };
}

/** An error goes back to the client only when its redirect URI is known to be good; else the user is told. */
function refuseAuthorization(
  c: RequestContext,
  frame: Frame,
  read: Exclude<ReadAuthorization, { kind: 'request' }> | { kind: 'throttled' },
): Response | Promise<Response> {
  if (read.kind === 'error') {
    const { target, error, description } = read;
    return respondToRedirect(c, frame, target, { error, error_description: description });
  }
  c.get('services').log({ event: 'refused', route: AUTHORIZE, reason: read.kind });
  switch (read.kind) {
    case 'throttled':
      return throttledPage(c, frame);
    case 'expired':
      return faultPage(c, frame, 'requestExpired', 400);
    case 'unknown_client':
    case 'bad_redirect_uri':
      return faultPage(c, frame, 'badRedirect', 400);
  }
}

/** Signs in and asks the user, as far as that is needed and allowed, and answers. */
async function proceed(c: RequestContext, frame: Frame, read: Readable): Promise<Response> {
  const { client, request, isResumed } = read;
  const isSilent = request.prompts.includes('none');
  const signin = await readSignin(c);
  if (!signin || needsSignIn(request, signin, isResumed, c.get('now'))) {
    const isOtherUser = signin && isResumed && request.expectedUser !== undefined;
    if (isSilent || isOtherUser)
      return answerClient(c, frame, request, error('login_required', 'The user must sign in'));
    return toSignIn(c, frame, request);
  }
  const allowed = await c.get('services').consents.find(signin.username, client.clientId);
  if (needsConsent(request, client, allowed)) {
    if (isSilent) return answerClient(c, frame, request, error('consent_required', 'The user must be asked'));
    return askForConsent(c, frame, request, client, signin);
  }
  return issueCode(c, frame, request, signin);
}

/**
 * Answers a client. A request that it pushed is spent with that: its user may reload a page, but not get a second answer.
 *
 * @param keep keeps what the answer rests on, if it is one
 */
async function answerClient(
  c: RequestContext,
  frame: Frame,
  request: AuthorizationRequest,
  answer: Parameters<typeof respondToRedirect>[3],
  keep?: () => Promise<void>,
): Promise<Response> {
  const { clientId, pushedId, beganAt } = request;
  const { clients, log } = c.get('services');
  const until = beganAt + LONGEST_REQUEST_SECONDS;
  if (pushedId !== undefined && !(await clients.spendId(clientId, pushedId, until, c.get('now')))) {
    log({ event: 'refused', route: AUTHORIZE, reason: 'request_answered' });
    return faultPage(c, frame, 'requestExpired', 400);
  }
  await keep?.();
  return respondToRedirect(c, frame, request, answer);
}

async function toSignIn(c: RequestContext, frame: Frame, request: AuthorizationRequest): Promise<Response> {
  const here = await carryOn(c, request, 'resumed');
  if (here === undefined) return tooLong(c, frame, request);
  const hint = request.expectedUser ?? request.loginHint;
  const path = signinPath(here);
  return c.redirect(hint === undefined ? path : `${path}&${new URLSearchParams({ login_hint: hint })}`, 303);
}

/** @returns the address under which a request goes on */
async function carryOn(
  c: RequestContext,
  request: AuthorizationRequest,
  kind: 'pushed' | 'resumed',
): Promise<string | undefined> {
  const sealed = await sealRequest({ stage: { kind }, request }, c.get('services').keys, c.get('now'));
  if (sealed === undefined) return undefined;
  const { clientId, uiLocales } = request;
  const query = {
    client_id: clientId,
    request_uri: REQUEST_URI_PREFIX + sealed,
    ...(uiLocales !== undefined && { ui_locales: uiLocales }),
  };
  return `${AUTHORIZE}?${new URLSearchParams(query)}`;
}

function tooLong(
  c: RequestContext,
  frame: Frame,
  request: AuthorizationRequest,
): Response | Promise<Response> {
  return answerClient(c, frame, request, error('invalid_request', 'The request is too long'));
}

function error(code: string, description: string) {
  return { error: code, error_description: description };
}

async function askForConsent(
  c: RequestContext,
  frame: Frame,
  request: AuthorizationRequest,
  client: Client,
  signin: Signin,
): Promise<Response> {
  const stage: Stage = { kind: 'consent', username: signin.username, sid: signin.sid };
  const sealed = await sealRequest({ stage, request }, c.get('services').keys, c.get('now'));
  if (sealed === undefined) return tooLong(c, frame, request);
  return consentPage(c, await frameOf(c, request.uiLocales), {
    action: CONSENT,
    fields: { request: sealed },
    username: signin.username,
    ...describeApp(client, request),
    isImitable: isImitable(request.redirectUri, client),
    scopes: request.scope.split(' ').filter(Boolean),
  });
}

/** The answer counts for the very request, user and sign-in that the page showed. */
async function answerConsent(c: RequestContext, form: URLSearchParams, frame: Frame): Promise<Response> {
  const { keys, consents, clients, log } = c.get('services');
  const carried = await openRequest(form.get('request') ?? '', keys, c.get('now'));
  const signin = await readSignin(c);
  if (carried?.stage.kind !== 'consent') return faultPage(c, frame, 'requestExpired', 400);
  const { stage, request } = carried;
  if (stage.sid !== signin?.sid || stage.username !== signin.username)
    return faultPage(c, frame, 'requestExpired', 400);
  const { username } = signin;
  const { clientId, scope } = request;
  const client = await clients.find(clientId);
  if (!client || !isOf(client, request)) return faultPage(c, frame, 'badRedirect', 400);
  if (form.get('decision') !== 'allow')
    return answerClient(c, frame, request, error('access_denied', 'The user denied it'));
  return issueCode(c, frame, request, signin, async () => {
    await consents.keep(username, clientId, scope, c.get('now'));
    log({ event: 'consented', username, clientId, scope });
  });
}

async function issueCode(
  c: RequestContext,
  frame: Frame,
  request: AuthorizationRequest,
  signin: Signin,
  keep?: () => Promise<void>,
): Promise<Response> {
  const { directory, keys, clock } = c.get('services');
  const user = await directory.find(signin.username);
  if (!user) return answerClient(c, frame, request, error('access_denied', 'There is no such user'));
  const { clientId, redirectUri, isRedirectUriGiven, codeChallenge, scope, nonce, resources, thumbprint } =
    request;
  const code = await sealAuthorizationCode(
    {
      codeId: crypto.randomUUID(),
      username: signin.username,
      expiresAt: Math.floor(clock()) + CODE_TTL_SECONDS,
      ...{ clientId, redirectUri, isRedirectUriGiven, codeChallenge, scope },
      ...(nonce !== undefined && { nonce }),
      ...(resources && { resources }),
      ...(thumbprint !== undefined && { thumbprint }),
      signInSid: signin.sid,
      credentialsVersion: user.credentialsVersion,
      authTime: signin.authTime,
      amr: signin.amr,
      place: placeOf(c),
    },
    keys,
  );
  return answerClient(c, frame, request, { code }, keep);
}
