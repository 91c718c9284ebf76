import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
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
];

/** CORS (Fetch standard, section 3.3) for one path, as its routes say. */
export function corsFor(routes: readonly Route[]): MiddlewareHandler<AppEnv> | undefined {
  const kind = routes[0]?.cors ?? 'none';
  if (kind === 'none') return undefined;
  const allowMethods = routes.map((route) => route.method);
  const shared = { allowMethods, exposeHeaders: EXPOSED, maxAge: PREFLIGHT_SECONDS };
  if (kind === 'any') return cors({ ...shared, origin: '*' });
  return cors({
    ...shared,
    origin: (origin, c) => (isAllowedOrigin(c as RequestContext, origin) ? origin : null),
    credentials: true,
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'DPoP'],
  });
}
