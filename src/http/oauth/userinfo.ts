import { userClaims } from '../../core/oauth/userinfo.ts';
import type { Access, RequestContext } from '../context.ts';
import { defineRoute, type Route } from '../route.ts';

const shared = {
  path: '/oauth/userinfo',
  cors: 'any',
  access: { scope: 'openid' },
  handle: (c: RequestContext, { access }: { access: Access }) => c.json(userClaims(access.sub, access.scope)),
} as const;

/** OpenID Connect Core 1.0 section 5.3.1: both methods. */
export const userinfoRoutes: Route[] = [
  defineRoute({ ...shared, method: 'GET' }),
  defineRoute({ ...shared, method: 'POST' }),
];
