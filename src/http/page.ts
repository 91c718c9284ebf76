import { getCookie, setCookie } from 'hono/cookie';
import { faultPage } from '../pages/fault.tsx';
import type { Frame } from '../pages/layout.tsx';
import { chooseLanguage, type Language, parseLanguage } from '../pages/texts/language.ts';
import { isSecure, type RequestContext } from './context.ts';
import { isForm, readFields } from './form.ts';
import { hasPlayground } from './playground.ts';
import { defineRoute, type Route } from './route.ts';
import { noteUnavailable } from './unavailable.ts';

const LANGUAGE_COOKIE = 'lang';
const YEAR_SECONDS = 31_536_000;

export type PageHandler = (c: RequestContext, frame: Frame) => Promise<Response> | Response;

/** A page of the issuer; it is no part of the API, and what it can't do it says as a page. */
export function definePage(path: string, show: PageHandler): Route {
  return routeOf('GET', path, show);
}

/** What a form of such a page does. It answers a page or, once something was done, a redirect (303) to one. */
export function defineForm(
  path: string,
  submit: (c: RequestContext, form: URLSearchParams, frame: Frame) => Promise<Response> | Response,
): Route {
  return routeOf('POST', path, async (c, frame) => {
    if (!isFromOwnPage(c) || !isForm(c.req.header('content-type'))) {
      c.get('services').log({ event: 'refused', method: 'POST', route: path, reason: 'foreign_form' });
      return faultPage(c, frame, 'foreignForm', 403);
    }
    return submit(c, await readFields(c), frame);
  });
}

/** A page that another site may post a form to, such as an authorization request. */
export function definePostedPage(path: string, show: PageHandler): Route {
  return routeOf('POST', path, show);
}

function routeOf(method: 'GET' | 'POST', path: string, handle: PageHandler): Route {
  return defineRoute({
    method,
    path,
    cors: 'none',
    handle: (c) => orFault(c, handle),
  });
}

async function orFault(c: RequestContext, handle: PageHandler): Promise<Response> {
  const frame = await frameOf(c);
  try {
    return await handle(c, frame);
  } catch (error) {
    noteUnavailable(c, error);
    c.header('Retry-After', String(error.retryAfterSeconds));
    return faultPage(c, frame, 'unavailable', 503);
  }
}

/** Whether somebody goes to this address in a browser, which then asks for HTML first of all. An app or a program does not. */
export function isVisited(c: RequestContext): boolean {
  return c.req.method === 'GET' && (c.req.header('accept')?.startsWith('text/html') ?? false);
}

export function notFoundPage(c: RequestContext): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  return orFault(c, (_, frame) => faultPage(c, frame, 'notFound', 404));
}

/**
 * A form counts only if a page of this very origin sent it. A browser says so in `Sec-Fetch-Site` or at least in `Origin`;
 * a request with neither comes from no browser, and carries nobody's cookies but its own.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 */
function isFromOwnPage(c: RequestContext): boolean {
  const site = c.req.header('sec-fetch-site') ?? 'same-origin';
  const origin = c.req.header('origin') ?? c.get('issuer');
  return site === 'same-origin' && origin === c.get('issuer');
}

/** @param locales what a client asks for, if the address doesn't say so itself */
export async function frameOf(c: RequestContext, locales?: string): Promise<Frame> {
  // A form leads back to the page that it stands on: few have one under their own address.
  const from = c.req.method === 'POST' ? c.req.header('referer') : undefined;
  const isOwn = from?.startsWith(`${c.get('issuer')}/`) ?? false;
  const { pathname, searchParams } = new URL((isOwn && from) || c.req.url);
  const language = languageOf(c, locales ?? localesIn(searchParams));
  searchParams.delete(LANGUAGE_COOKIE);
  // A browser reads a second slash as the beginning of another host.
  const path = pathname.replace(/^\/+/, '/');
  const here = searchParams.size === 0 ? path : `${path}?${searchParams}`;
  const texts = await c.get('services').readTexts(language);
  return { language, texts, here, hasPlayground: hasPlayground(c) };
}

/** `ui_locales` of this request, or of the one that goes on after the sign-in (OpenID Connect Core 1.0 section 3.1.2.1). */
function localesIn(query: URLSearchParams): string | undefined {
  const [, onwards] = query.get('return_to')?.split('?') ?? [];
  return query.get('ui_locales') ?? new URLSearchParams(onwards).get('ui_locales') ?? undefined;
}

/** What the switch said last, or else what a client or the browser asks for. */
function languageOf(c: RequestContext, locales: string | undefined): Language {
  const asked = parseLanguage(c.req.query(LANGUAGE_COOKIE));
  if (asked === undefined) {
    const wanted = [getCookie(c, LANGUAGE_COOKIE), ...(locales?.split(' ') ?? [])];
    return (
      wanted.map(parseLanguage).find((each) => each !== undefined) ??
      chooseLanguage(c.req.header('accept-language'))
    );
  }
  const attributes = { path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure(c) } as const;
  setCookie(c, LANGUAGE_COOKIE, asked, { ...attributes, maxAge: YEAR_SECONDS });
  return asked;
}
