import type { Route } from '../route.ts';
import { adminClientRoutes } from './admin-clients.ts';
import { introspectionRoute } from './introspect.ts';
import { registrationRoutes } from './register.ts';
import { revocationRoute } from './revoke.ts';
import { tokenRoute } from './token.ts';
import { userinfoRoutes } from './userinfo.ts';

/** OAuth 2.1 and OpenID Connect: new doors to the one desk. */
export const oauthRoutes: readonly Route[] = [
  tokenRoute,
  revocationRoute,
  introspectionRoute,
  ...userinfoRoutes,
  ...registrationRoutes,
  ...adminClientRoutes,
];
