import type { MiddlewareHandler } from 'hono';
import type { AppEnv, RequestContext } from './context.ts';
import { isAllowedOrigin } from './refresh-cookies.ts';
import type { Route } from './route.ts';

/** The longest that a browser keeps a preflight (Chromium: two hours), seconds. */
const PREFLIGHT_SECONDS = 7_200;

/** What a page may read of an answer, wherever it comes from. */
const EXPOSED = [
  'WWW-Authenticate',
  'Authentication-Info',
  'Hobareg',
  'Retry-After',
  'Refresh-Outcome',
  'DPoP-Nonce',
  'Date',
].join(',');

/** The last two: a page that signs its request by AWS4. */
const ALLOWED_HEADERS = 'Authorization,Content-Type,Idempotency-Key,DPoP,X-Amz-Date,X-Amz-Content-Sha256';

/**
 * CORS (Fetch standard, section 3.3) for one path, as its routes say. The headers are there before the handler makes its
 * answer: Hono's middleware puts them on an answer of its own first, and each is then built twice and sent in chunks.
 */
export function corsFor(routes: readonly Route[]): MiddlewareHandler<AppEnv> | undefined {
  const kind = routes[0]?.cors ?? 'none';
  if (kind === 'none') return undefined;
  const methods = routes.map((route) => route.method).join(',');
  return async (c, next) => {
    if (kind === 'any') allowAny(c);
    else allowOrigin(c);
    if (c.req.method !== 'OPTIONS') return next();
    const headers = kind === 'any' ? c.req.header('access-control-request-headers') : ALLOWED_HEADERS;
    c.header('Access-Control-Allow-Methods', methods);
    c.header('Access-Control-Allow-Headers', headers);
    c.header('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
    return c.body(null, 204);
  };
}

function allowAny(c: RequestContext): void {
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Access-Control-Expose-Headers', EXPOSED);
}

function allowOrigin(c: RequestContext): void {
  c.header('Vary', 'Origin');
  const origin = c.req.header('origin');
  if (origin === undefined) return;
  if (isAllowedOrigin(c, origin)) c.header('Access-Control-Allow-Origin', origin);
  c.header('Access-Control-Allow-Credentials', 'true');
  c.header('Access-Control-Expose-Headers', EXPOSED);
}
