import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { Route } from '../route.ts';
import { account } from './account.ts';
import { clients } from './clients.ts';
import { type Description, type Descriptions, refused } from './description.ts';
import { discovery } from './discovery.ts';
import { oauth } from './oauth.ts';
import { service } from './service.ts';
import { signIn } from './sign-in.ts';
import { tokens } from './tokens.ts';
import { users } from './users.ts';

/** By the tag that the viewer shows them under. */
const DESCRIPTIONS: Readonly<Record<string, Descriptions>> = {
  'Sign-in': signIn,
  Tokens: tokens,
  Account: account,
  OAuth: oauth,
  Clients: clients,
  Users: users,
  Discovery: discovery,
  Service: service,
};

/**
 * The contract, made from the route table: what the document says is what is checked. `npm run assets` makes it, so that
 * the Worker carries neither the descriptions nor a library for it; there, it speaks of the origin that it came from.
 *
 * @throws if a route is not described, or what is described is no route
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function createOpenApi(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  const descriptions = byRoute();
  for (const route of routes) {
    const name = nameOf(route);
    const described = descriptions.get(name);
    if (!described) throw new Error(`the contract doesn't describe ${name}`);
    descriptions.delete(name);
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route, described) };
  }
  const [stray] = descriptions.keys();
  if (stray !== undefined) throw new Error(`the contract describes ${stray}, which is no route`);
  return {
    openapi: '3.1.1',
    info: {
      title: 'edgemint',
      version: '0.1.0',
      description:
        'A token issuer at the edge: short-lived access tokens (RFC 9068) and rotating refresh tokens.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        basic: { type: 'http', scheme: 'basic' },
        digest: { type: 'http', scheme: 'digest', description: 'RFC 7616: SHA-256 or SHA-512-256, no MD5' },
        mutual: { type: 'http', scheme: 'mutual', description: 'RFC 8120' },
        hoba: { type: 'http', scheme: 'hoba', description: 'RFC 7486' },
        aws4: { type: 'http', scheme: 'aws4-hmac-sha256', description: 'AWS Signature Version 4' },
        client: { type: 'http', scheme: 'basic', description: "A client's id and secret (RFC 6749 2.3.1)" },
        refreshCookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-refresh-<session>-<generation>',
          description: 'A cookie for each generation; without the prefix on http',
        },
      },
    },
  };
}

type Described = Description & { tag: string };

function byRoute(): Map<string, Described> {
  return new Map(
    Object.entries(DESCRIPTIONS).flatMap(([tag, described]) =>
      Object.entries(described).map(([name, description]) => [name, { tag, ...description }] as const),
    ),
  );
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function describeRoute(route: Route, described: Described): object {
  const names = [...(route.access ? ['accessToken'] : []), ...(described.security ?? [])];
  const security = names.map((name) => ({ [name]: [] }));
  return {
    operationId: operationId(route),
    tags: [described.tag],
    summary: described.summary,
    ...(described.description && { description: described.description }),
    // An empty requirement says that the route can do without, no requirement that it takes no credentials.
    security: route.access || security.length === 0 ? security : [...security, {}],
    parameters: [...pathParameters(route), ...headerParameters(described)],
    ...(route.body && requestBody('application/json', route.body, described)),
    ...(route.form && requestBody('application/x-www-form-urlencoded', route.form, described)),
    responses: Object.fromEntries(
      Object.entries({ ...impliedAnswers(route, described), ...described.answers }).map(
        ([status, { description, body }]) => [
          status,
          { description, ...(body && { content: { 'application/json': { schema: schemaOf(body) } } }) },
        ],
      ),
    ),
  };
}

function requestBody(type: string, schema: v.GenericSchema, { summary, members = {} }: Described): object {
  const body = schemaOf(schema);
  const forms = body.oneOf ?? [body];
  for (const [name, description] of Object.entries(members)) {
    const described = forms
      .map(({ properties }) => properties?.[name])
      .filter((member) => member !== undefined);
    if (described.length === 0) throw new Error(`'${summary}' takes no ${name}`);
    for (const member of described) member.description = description;
  }
  return { requestBody: { content: { [type]: { schema: body } } } };
}

/** What stands before the handlers answers, whatever the route. */
function impliedAnswers(route: Route, described: Description): Description['answers'] {
  return {
    ...((route.body || route.form || route.access) && { 400: refused('The request is malformed') }),
    ...(route.access && { 401: refused('No access token, or not a good one') }),
    ...(described.security?.includes('refreshCookie') && { 403: refused('No cookie for this origin') }),
    ...((route.body || route.form) && { 413: refused('The body is too large') }),
    ...(route.body && { 415: refused('The body is not JSON') }),
    503: refused('Busy or not configured; `Retry-After` says when to come back'),
  };
}

/** For example `post_auth_login`. */
function operationId(route: Route): string {
  return `${route.method}${route.path}`.toLowerCase().replace(/\W+/g, '_');
}

function pathParameters(route: Route): object[] {
  return [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function headerParameters({ headers = {} }: Description): object[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
}

/** As much of JSON Schema as is added to here. */
type Schema = { oneOf?: Schema[]; properties?: Record<string, Schema>; description?: string };

function schemaOf(schema: v.GenericSchema): Schema {
  const { $schema: _dialect, ...described } = toJsonSchema(schema, { errorMode: 'ignore' });
  return described as Schema;
}
