import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { User } from '../core/account/directory.ts';
import { openSigninToken, type Signin, sealSigninToken } from '../core/tokens/signin-token.ts';
import { cookiePrefix, isSecure, type RequestContext } from './context.ts';
import { openSession } from './sign-in.ts';

/**
 * The issuer's own page session: who signed in to `/signin`, `/account` and `/oauth/authorize`, and nowhere else. It rests on
 * a session of the guard for which no refresh token was ever minted, so it is good for nothing but these pages.
 */
const PAGES = { clientId: 'edgemint-pages', scope: '' } as const;

export type StartOutcome = { kind: 'started'; signin: Signin } | { kind: 'refused'; because: StartRefusal };
export type StartRefusal = 'credentials_changed' | 'too_many_sessions';

/** @returns who signed in on this browser, if that session still lives: a forged, expired or ended one is nobody */
export async function readSignin(c: RequestContext): Promise<Signin | undefined> {
  const signin = await carriedSignin(c);
  if (!signin) return undefined;
  const isLive = await c.get('services').accounts.isLive(signin.username, signin.sid);
  return isLive ? signin : undefined;
}

/** Signs a user whose credentials held in to the pages. A sign-in that this browser had before is over then. */
export async function startSignin(
  c: RequestContext,
  user: User,
  options: { isNewUser?: boolean } = {},
): Promise<StartOutcome> {
  const earlier = await carriedSignin(c);
  // Clients that this user came to from here are not signed out by a new sign-in.
  const replaces = earlier?.username === user.username ? earlier.sid : undefined;
  const outcome = await openSession(c, user, {
    ...PAGES,
    ...(replaces !== undefined && { replaces }),
    isNewUser: options.isNewUser ?? false,
  });
  if (outcome.kind !== 'opened') return { kind: 'refused', because: outcome.kind };
  const { sid, authTime, amr, validUntil } = outcome.grant;
  const signin = { username: user.username, sid, authTime, amr, expiresAt: validUntil };
  if (earlier && replaces === undefined) await c.get('services').accounts.end(earlier.username, earlier.sid);
  setCookie(c, cookieName(c), await sealSigninToken(signin, c.get('services').keys), {
    ...attributes(c),
    maxAge: validUntil - authTime,
  });
  return { kind: 'started', signin };
}

/** Signs this browser out of the pages. Other sessions of the user go on. */
export async function endSignin(c: RequestContext): Promise<void> {
  const signin = await carriedSignin(c);
  if (signin) {
    const { accounts, log } = c.get('services');
    const { ended } = await accounts.end(signin.username, signin.sid);
    if (ended) log({ event: 'signed_out', username: signin.username, sid: signin.sid });
  }
  deleteCookie(c, cookieName(c), attributes(c));
}

async function carriedSignin(c: RequestContext): Promise<Signin | undefined> {
  const text = getCookie(c, cookieName(c));
  return text === undefined ? undefined : openSigninToken(text, c.get('services').keys, c.get('now'));
}

/** RFC 6265bis section 4.1.3.2: `__Host-` wherever the issuer is served over https. */
function cookieName(c: RequestContext): string {
  return `${cookiePrefix(c)}signin`;
}

/** Lax: a client's page leads here by a link, and the sign-in must come along. */
function attributes(c: RequestContext) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure(c) } as const;
}
