import {
  type DeviceAnswer,
  type DeviceGrant,
  formatUserCode,
  parseUserCode,
} from '../../core/oauth/device-grants.ts';
import type { Signin } from '../../core/tokens/signin-token.ts';
import type { Frame } from '../../pages/layout.tsx';
import { consentPage } from '../../pages/oauth/consent.tsx';
import { deviceDonePage, devicePage } from '../../pages/oauth/device.tsx';
import { signinPath } from '../../pages/signin.tsx';
import { addressOf } from '../address.ts';
import type { RequestContext } from '../context.ts';
import { defineForm, definePage } from '../page.ts';
import type { Route } from '../route.ts';
import { LIMIT_PERIOD_SECONDS } from '../sign-in.ts';
import { readSignin } from '../signin-session.ts';
import { askToWait } from '../throttled-page.ts';
import { nameApp } from './authorization.ts';

const HERE = '/oauth/device';

/**
 * The page at which a user connects a device. A code that came in the address is shown, never taken by itself: the user
 * must see that it is the one their device shows.
 *
 * @see RFC 8628 sections 3.3, 5.1 and 5.4
 */
export const devicePageRoutes: Route[] = [
  definePage(HERE, (c, frame) =>
    whenSignedIn(c, () => devicePage(c, frame, { userCode: c.req.query('user_code')?.slice(0, 16) })),
  ),
  defineForm(HERE, (c, form, frame) => whenSignedIn(c, (signin) => answer(c, frame, form, signin))),
];

async function whenSignedIn(
  c: RequestContext,
  show: (signin: Signin) => Promise<Response> | Response,
): Promise<Response> {
  const signin = await readSignin(c);
  if (signin) return show(signin);
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(signinPath(pathname + search), 303);
}

async function answer(
  c: RequestContext,
  frame: Frame,
  form: URLSearchParams,
  signin: Signin,
): Promise<Response> {
  const { limits, deviceGrants } = c.get('services');
  const { oauth } = frame.texts;
  const typed = form.get('user_code')?.slice(0, 16) ?? '';
  const { success } = await limits.device.limit({ key: addressOf(c) });
  if (!success) {
    const alert = askToWait(c, frame.texts, LIMIT_PERIOD_SECONDS);
    return devicePage(c, frame, { userCode: typed, alert, status: 429 });
  }
  const userCode = parseUserCode(typed);
  const grant = userCode && (await deviceGrants.findByUserCode(userCode, c.get('now')));
  const decision = form.get('signin') === signin.sid ? form.get('decision') : null;
  if (!grant || (grant.answer && !isRepeated(grant.answer, decision, signin)))
    return devicePage(c, frame, { userCode: typed, error: oauth.deviceWrong, status: 400 });
  if (grant.answer) return donePage(c, frame, grant.answer);
  if (decision === null) return ask(c, frame, grant, signin);
  return decide(c, frame, grant, signin, decision === 'allow');
}

/** Whether an answer is the one that was given before, by the same sign-in: a button that was clicked twice. */
function isRepeated(given: DeviceAnswer, decision: string | null, { sid }: Signin): boolean {
  return given.kind === 'allowed'
    ? decision === 'allow' && given.signInSid === sid
    : decision !== null && decision !== 'allow';
}

function donePage(c: RequestContext, frame: Frame, { kind }: DeviceAnswer): Response | Promise<Response> {
  return deviceDonePage(c, frame, kind === 'allowed' ? 'deviceAllowed' : 'deviceDenied');
}

async function ask(c: RequestContext, frame: Frame, grant: DeviceGrant, signin: Signin): Promise<Response> {
  const client = await c.get('services').clients.find(grant.clientId);
  const userCode = formatUserCode(grant.userCode);
  return consentPage(c, frame, {
    action: HERE,
    fields: { user_code: userCode, signin: signin.sid },
    username: signin.username,
    ...nameApp(client, grant.clientId),
    userCode,
    scopes: grant.request.scope.split(' ').filter(Boolean),
  });
}

async function decide(
  c: RequestContext,
  frame: Frame,
  { userCode, clientId, request }: DeviceGrant,
  signin: Signin,
  isAllowed: boolean,
): Promise<Response> {
  const { deviceGrants, directory, log } = c.get('services');
  const { username, sid: signInSid, amr, authTime } = signin;
  const user = await directory.find(username);
  const { scope } = request;
  const { credentialsVersion = 0 } = user ?? {};
  const allowed = { kind: 'allowed', username, scope, signInSid, credentialsVersion, amr, authTime } as const;
  const answered = user && isAllowed ? allowed : ({ kind: 'denied' } as const);
  const isTaken = await deviceGrants.answer(userCode, answered, c.get('now'));
  if (!isTaken) {
    const given = (await deviceGrants.findByUserCode(userCode, c.get('now')))?.answer;
    if (given && isRepeated(given, isAllowed ? 'allow' : 'deny', signin)) return donePage(c, frame, given);
    const { deviceWrong: error } = frame.texts.oauth;
    return devicePage(c, frame, { userCode: formatUserCode(userCode), error, status: 400 });
  }
  log({ event: `device_${answered.kind}`, username, clientId });
  return donePage(c, frame, answered);
}
