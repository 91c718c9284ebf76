import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HonoBase } from 'hono/hono-base';
import { routePath } from 'hono/route';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { secureHeaders } from 'hono/secure-headers';
import { isLoopbackHost } from '../core/settings/loopback.ts';
import { Unavailable } from '../core/unavailable.ts';
import { requireAccess } from './access.ts';
import { readJson } from './body.ts';
import { type AppEnv, isSecure, type RequestContext } from './context.ts';
import { corsFor } from './cors.ts';
import { readForm } from './form.ts';
import { oauthPageRoutes, oauthRoutes } from './oauth/routes.ts';
import { isVisited, notFoundPage } from './page.ts';
import { refuse } from './refusal.ts';
import type { Route } from './route.ts';
import { accountRoutes } from './routes/account.ts';
import { accountPageRoutes } from './routes/account-page.ts';
import { adminCredentialRoutes } from './routes/admin-credentials.ts';
import { adminUserRoutes } from './routes/admin-users.ts';
import { credentialPageRoutes } from './routes/credential-pages.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { discoveryRoutes } from './routes/discovery.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { hobaRoutes } from './routes/hoba.ts';
import { playgroundRoutes } from './routes/playground-page.ts';
import { serviceRoutes } from './routes/service.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { signinPageRoutes } from './routes/signin-page.ts';
import { statusRoutes } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';
import type { Services } from './services.ts';
import { noteUnavailable } from './unavailable.ts';

const LONGEST_BODY_BYTES = 16 * 1_024;

/** Every route of the API; `npm run assets` makes the contract from the same list. */
export const API_ROUTES: readonly Route[] = [
  ...signInRoutes,
  ...tokenRoutes,
  ...accountRoutes,
  ...credentialRoutes,
  ...adminCredentialRoutes,
  ...adminUserRoutes,
  ...hobaRoutes,
  ...oauthRoutes,
  ...discoveryRoutes,
  ...statusRoutes,
  ...serviceRoutes,
];

/** What people see; no part of the API. */
const PAGE_ROUTES: readonly Route[] = [
  ...playgroundRoutes,
  ...signinPageRoutes,
  ...accountPageRoutes,
  ...credentialPageRoutes,
  ...oauthPageRoutes,
];

/** Builds the issuer's HTTP side on its services. */
export function createApp(services: Services): HonoBase<AppEnv> {
  // The fastest of Hono's routers, and all that these paths need: the default one brings two more along.
  const app = new HonoBase<AppEnv>({ router: new RegExpRouter() });
  app.use(async (c, next) => {
    c.set('services', services);
    c.set('now', services.clock());
    const issuer = services.settings.issuer ?? followedIssuer(c);
    if (issuer === undefined) {
      services.log({
        event: 'misconfigured',
        problem: 'ISSUER is empty: set it to the https origin of this Worker',
      });
      return refuse(c, { reason: 'misconfigured' });
    }
    c.set('issuer', issuer);
    c.set('audience', services.settings.audience ?? issuer);
    return next();
  });
  app.use(async (c, next) => {
    // A page sets a policy of its own over this one.
    c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    return isSecure(c) ? headersOnHttps(c, next) : headersOnHttp(c, next);
  });
  for (const [path, routes] of byPath([...API_ROUTES, ...documentationRoutes, ...PAGE_ROUTES]))
    mount(app, path, routes);
  app.notFound((c) =>
    isVisited(c)
      ? notFoundPage(c)
      : refuse(c, { reason: 'bad_request', status: 404, description: 'There is nothing at this address' }),
  );
  app.onError((error, c) => answerFault(error, c));
  return app;
}

/** Methods are told apart here: the router would build a matcher for each, at an isolate's first request. */
function mount(app: HonoBase<AppEnv>, path: string, routes: readonly Route[]): void {
  const cors = corsFor(routes);
  if (cors) app.use(path, cors);
  app.use(path, limitBody);
  const byMethod = new Map<string, Route>(routes.map((route) => [route.method, route]));
  // Hono answers HEAD wherever there is a GET.
  const allow = [...byMethod.keys(), ...(byMethod.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  app.all(path, (c) => {
    const { method } = c.req;
    const route = byMethod.get(method === 'HEAD' ? 'GET' : method);
    if (route) return run(c, route);
    if (method === 'OPTIONS') return c.body(null, 204, { Allow: allow });
    return refuse(c, {
      reason: 'bad_request',
      status: 405,
      description: `This address takes ${allow}`,
      headers: { Allow: allow },
    });
  });
}

/** What browsers heed in any answer. What only a document needs, `setDocumentHeaders` adds; the others are of browsers that are gone. */
const HEADERS = {
  xFrameOptions: 'DENY',
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  removePoweredBy: false,
} as const;
const headersOnHttps = secureHeaders({ ...HEADERS, strictTransportSecurity: 'max-age=31536000' });
/** RFC 6797 section 7.2: no Strict-Transport-Security over http. */
const headersOnHttp = secureHeaders({ ...HEADERS, strictTransportSecurity: false });

/** What stands before every handler: the access token and the body, as the route asks. */
async function run(c: RequestContext, route: Route): Promise<Response> {
  // What may be kept says so itself.
  c.header('Cache-Control', 'no-store');
  // RFC 6749 section 5.1 asks for HTTP/1.0's word too.
  if (route.method === 'POST') c.header('Pragma', 'no-cache');
  const presented = route.access && (await requireAccess(c, route.access.scope));
  if (presented && !presented.ok) return refuse(c, presented.refusal);
  const read = route.body && (await readJson(c, route.body, route.refuseMember));
  if (read && !read.ok) return refuse(c, read.refusal);
  const filled = route.form && (await readForm(c, route.form));
  if (filled && !filled.ok) return refuse(c, filled.refusal);
  return route.handle(c, { access: presented?.access, body: read?.body, form: filled?.body });
}

/** Where a body's length is told, it is enough to look at that: `bodyLimit` would make a stream of the body first. */
const limitBody: MiddlewareHandler<AppEnv> = (c, next) => {
  const length = c.req.header('content-length');
  const isTold = length !== undefined && c.req.header('transfer-encoding') === undefined;
  return isTold && Number(length) <= LONGEST_BODY_BYTES ? next() : limitUntoldBody(c, next);
};

const limitUntoldBody = bodyLimit({
  maxSize: LONGEST_BODY_BYTES,
  onError: (c) =>
    refuse(c as RequestContext, {
      reason: 'bad_request',
      status: 413,
      description: 'The body is larger than 16 KiB',
    }),
});

function answerFault(error: unknown, c: RequestContext): Response {
  if (error instanceof Unavailable) {
    noteUnavailable(c, error);
    return refuse(c, { reason: 'unavailable', retryAfterSeconds: error.retryAfterSeconds });
  }
  c.get('services').log({
    event: 'fault',
    route: routePath(c),
    error: String(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  c.header('Cache-Control', 'no-store');
  return c.json({ error: 'server_error', error_description: 'Something went wrong here' }, 500);
}

/** In development the issuer is wherever it is called; a host of one's own machine is never seen in production. */
function followedIssuer(c: RequestContext): string | undefined {
  const url = new URL(c.req.url);
  return isLoopbackHost(url.hostname) ? url.origin : undefined;
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  return Map.groupBy(routes, (route) => route.path);
}
