import { userClaims } from '../../core/oauth/userinfo.ts';
import type { Access, RequestContext } from '../context.ts';
import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';

const shared = {
  path: '/oauth/userinfo',
  tag: 'OAuth',
  summary: 'Claims about the user',
  cors: 'any',
  access: { scope: 'openid' },
  answers: {
    200: { description: 'OpenID Connect Core 1.0 section 5.3.2', body: schemas.userinfo },
    401: { description: 'No access token, or not a good one', body: schemas.problem },
    403: { description: 'The access token lacks the scope `openid`', body: schemas.problem },
  },
  handle: (c: RequestContext, { access }: { access: Access }) => c.json(userClaims(access.sub, access.scope)),
} as const;

/** OpenID Connect Core 1.0 section 5.3.1: both methods. */
export const userinfoRoutes: Route[] = [
  defineRoute({ ...shared, method: 'GET' }),
  defineRoute({ ...shared, method: 'POST' }),
];
