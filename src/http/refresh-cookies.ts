import { setCookie } from 'hono/cookie';
import {
  type CookieName,
  choose,
  counts,
  formatCookieName,
  type JarChoice,
  type JarEntry,
  olderThan,
  parseCookieName,
  type Wanted,
} from '../core/cookies/refresh-jar.ts';
import { cookiePrefix, isSecure, type RequestContext } from './context.ts';
import type { Refusal } from './refusal.ts';

/** More refresh cookies than any browser keeps; a jar beyond it was not filled by us. */
const MOST_COOKIES = 256;

export type PageOrigin = { ok: true; origin: string | undefined } | { ok: false; refusal: Refusal };

/**
 * A cookie travels with any request that a page can provoke, so cookie requests need an allowed `Origin`. One with neither
 * `Origin` nor `Sec-Fetch-Site` comes from no browser and passes; its origin is undefined.
 */
export function pageOrigin(c: RequestContext): PageOrigin {
  const origin = c.req.header('origin');
  if (origin === undefined && c.req.header('sec-fetch-site') === undefined)
    return { ok: true, origin: undefined };
  if (origin !== undefined && isAllowedOrigin(c, origin)) return { ok: true, origin };
  return {
    ok: false,
    refusal: {
      reason: 'bad_request',
      status: 403,
      description: 'Cookies need an Origin out of ALLOWED_ORIGINS',
    },
  };
}

/** RFC 6265bis section 5.6: a browser neither keeps nor sends a Strict cookie there, so the session would be lost at once. */
const CROSS_SITE: Refusal = {
  reason: 'bad_request',
  description: 'A page of another site can have no cookie of this issuer: leave out the transport',
};

/** @returns the origin that a new session belongs to if it is asked for in a cookie, else undefined */
export function sessionOrigin(c: RequestContext, transport: 'body' | 'cookie' | undefined): PageOrigin {
  if (transport !== 'cookie') return { ok: true, origin: undefined };
  const page = pageOrigin(c);
  if (!page.ok) return page;
  if (c.req.header('sec-fetch-site') === 'cross-site') return { ok: false, refusal: CROSS_SITE };
  return { ok: true, origin: page.origin ?? '' };
}

export function isAllowedOrigin(c: RequestContext, origin: string): boolean {
  return origin === c.get('issuer') || c.get('services').settings.allowedOrigins.includes(origin);
}

/** Picks the refresh cookie that a request means. */
export async function chooseCookie(
  c: RequestContext,
  origin: string | undefined,
  wanted: Wanted,
): Promise<JarChoice> {
  const { refreshTokens } = c.get('services');
  const carried = readCookies(c).filter(
    ({ name }) => wanted.session === undefined || name.sid === wanted.session,
  );
  const entries: JarEntry[] = [];
  for (const { name, text } of carried) {
    const opened = await refreshTokens.open(text, c.get('now'));
    const entry = opened.ok && { name, text, token: opened.token };
    if (entry && counts(entry, origin)) entries.push(entry);
  }
  return choose(entries, wanted);
}

/** Sets the cookie of a new generation and clears the older ones of its session that the request carried. */
export function setRefreshCookie(c: RequestContext, name: CookieName, text: string, maxAge: number): void {
  writeCookie(c, name, text, maxAge);
  const carried = readCookies(c).map((cookie) => cookie.name);
  for (const older of olderThan(carried, name)) writeCookie(c, older, '', 0);
}

/** Clears all cookies of an ended session that the request carried. */
export function clearRefreshCookies(c: RequestContext, sid: string): void {
  for (const { name } of readCookies(c)) if (name.sid === sid) writeCookie(c, name, '', 0);
}

function writeCookie(c: RequestContext, name: CookieName, text: string, maxAge: number): void {
  const secure = isSecure(c);
  setCookie(c, formatCookieName(name, cookiePrefix(c)), text, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure,
    maxAge,
  });
}

/** All refresh cookies by name, repeated names included: which of them counts, its token tells. */
function readCookies(c: RequestContext): { name: CookieName; text: string }[] {
  const prefix = cookiePrefix(c);
  const found: { name: CookieName; text: string }[] = [];
  for (const part of (c.req.header('cookie') ?? '').split(';')) {
    const equals = part.indexOf('=');
    const name = equals > 0 ? parseCookieName(part.slice(0, equals).trim(), prefix) : undefined;
    if (name) found.push({ name, text: part.slice(equals + 1).trim() });
  }
  // A browser sends the newest last (RFC 6265 section 5.4).
  return found.slice(-MOST_COOKIES);
}
