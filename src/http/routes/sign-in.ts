import type { AuthScheme } from '../../core/settings/settings.ts';
import { parseAuthorization } from '../../schemes/authorization.ts';
import { basic } from '../../schemes/basic.ts';
import type { PasswordCredentials, Scheme } from '../../schemes/scheme.ts';
import { REALM, type RequestContext } from '../context.ts';
import { sessionOrigin } from '../refresh-cookies.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { type RegistrationProblem, register } from '../registration.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';
import { checkPassword, signIn } from '../sign-in.ts';

const SCHEMES: Record<AuthScheme, Scheme> = { basic };

const problem = { description: 'Refused', body: schemas.problem };
const tooMany = {
  description: 'Too many attempts; `Retry-After` says when to come back',
  body: schemas.problem,
};

export const signInRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/auth/register',
    tag: 'Sign-in',
    summary: 'Register a user and sign in',
    cors: 'allowed',
    body: schemas.registration,
    answers: {
      201: { description: 'The first pair of tokens', body: schemas.tokenResponse },
      400: problem,
      403: { description: 'Registration is closed, or no cookie for this origin', body: schemas.problem },
      409: { description: 'The username is taken', body: schemas.problem },
      429: tooMany,
    },
    async handle(c, { body }) {
      const page = sessionOrigin(c, body.transport);
      if (!page.ok) return refuse(c, page.refusal);
      const outcome = await register(c, body.username, body.password);
      if (!outcome.ok) return refuse(c, refusalOf(outcome.problem));
      return signIn(c, outcome.user, page.origin, { isNewUser: true });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/auth/login',
    tag: 'Sign-in',
    summary: 'Sign in',
    description:
      'With `username` and `password` in the JSON, or with an `Authorization` header of a scheme in `AUTH_SCHEMES`.',
    cors: 'allowed',
    security: ['basic'],
    body: schemas.login,
    answers: {
      200: { description: 'A pair of tokens', body: schemas.tokenResponse },
      400: problem,
      401: {
        description: 'A `WWW-Authenticate` challenge for each scheme that is on',
        body: schemas.problem,
      },
      429: tooMany,
    },
    async handle(c, { body }) {
      const page = sessionOrigin(c, body.transport);
      if (!page.ok) return refuse(c, page.refusal);
      const read = readCredentials(c, body);
      if (!read.ok) return refuse(c, read.refusal);
      const outcome = await checkPassword(c, read.credentials.username, read.credentials.password);
      switch (outcome.kind) {
        case 'right':
          return signIn(c, outcome.user, page.origin);
        case 'throttled':
          return refuse(c, { reason: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds });
        case 'wrong':
          return refuse(c, read.isHeader ? wrongHeader(c) : { reason: 'wrong_credentials' });
      }
    },
  }),
];

type ReadCredentials =
  | { ok: true; credentials: PasswordCredentials; isHeader: boolean }
  | { ok: false; refusal: Refusal };

function readCredentials(
  c: RequestContext,
  body: { username?: string | undefined; password?: string | undefined },
): ReadCredentials {
  const header = c.req.header('authorization');
  const { username, password } = body;
  const hasBody = username !== undefined || password !== undefined;
  if (header === undefined) {
    if (!hasBody) return { ok: false, refusal: { reason: 'no_credentials', challenges: challenges(c) } };
    if (username === undefined || password === undefined) {
      return { ok: false, refusal: bad('The username or the password is missing') };
    }
    return { ok: true, credentials: { username, password }, isHeader: false };
  }
  if (hasBody)
    return { ok: false, refusal: bad('Credentials in the header and in the body: send one of them') };
  const credentials = readHeader(c, header);
  return credentials ? { ok: true, credentials, isHeader: true } : { ok: false, refusal: wrongHeader(c) };
}

function readHeader(c: RequestContext, header: string): PasswordCredentials | undefined {
  const authorization = parseAuthorization(header);
  if (authorization === 'malformed') return undefined;
  return schemesOf(c)
    .find((scheme) => scheme.name === authorization.scheme)
    ?.parseCredentials(authorization.credentials);
}

function wrongHeader(c: RequestContext): Refusal {
  return { reason: 'wrong_credentials_in_header', challenges: challenges(c) };
}

function challenges(c: RequestContext): string[] {
  return schemesOf(c).map((scheme) => scheme.challenge(REALM));
}

function schemesOf(c: RequestContext): Scheme[] {
  return c.get('services').settings.authSchemes.map((name) => SCHEMES[name]);
}

function refusalOf(problem: RegistrationProblem): Refusal {
  switch (problem.kind) {
    case 'closed':
      return bad('Registration is closed', 403);
    case 'throttled':
      return { reason: 'throttled', retryAfterSeconds: problem.retryAfterSeconds };
    case 'bad_username':
    case 'bad_password':
    case 'weak_password':
      return bad(problem.description);
    case 'taken':
      return bad('The username is taken', 409);
  }
}

function bad(description: string, status: 400 | 403 | 409 = 400): Refusal {
  return { reason: 'bad_request', description, status };
}
