import type { Route } from '../route.ts';
import { adminClientRoutes } from './admin-clients.ts';
import { authorizeRoutes } from './authorize.ts';
import { consentRoutes } from './consents.ts';
import { deviceAuthorizationRoute } from './device-authorization.ts';
import { devicePageRoutes } from './device-page.ts';
import { metadataRoutes } from './discovery.ts';
import { introspectionRoute } from './introspect.ts';
import { logoutRoutes } from './logout.ts';
import { pushRoute } from './par.ts';
import { registrationRoutes } from './register.ts';
import { revocationRoute } from './revoke.ts';
import { tokenRoute } from './token.ts';
import { userinfoRoutes } from './userinfo.ts';

/** OAuth 2.1 and OpenID Connect: new doors to the one desk. */
export const oauthRoutes: readonly Route[] = [
  pushRoute,
  deviceAuthorizationRoute,
  tokenRoute,
  revocationRoute,
  introspectionRoute,
  ...userinfoRoutes,
  ...metadataRoutes,
  ...registrationRoutes,
  ...adminClientRoutes,
  ...consentRoutes,
];

/** What people see of it. */
export const oauthPageRoutes: readonly Route[] = [...authorizeRoutes, ...devicePageRoutes, ...logoutRoutes];
