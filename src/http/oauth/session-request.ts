import type { SessionRequest } from '../../core/account/accounts.ts';
import type { Place } from '../../core/account/session.ts';
import type { Client } from '../../core/oauth/client.ts';
import type { RequestContext } from '../context.ts';

/** What a user allowed a client, as the guard opens a session for it. */
export function sessionRequest(
  c: RequestContext,
  client: Client,
  allowed: {
    scope: string;
    credentialsVersion: number;
    authTime: number;
    amr: readonly string[];
    place: Place;
    parent?: string;
    resources?: readonly string[];
    thumbprint: string | undefined;
  },
): SessionRequest {
  const { scope, credentialsVersion, authTime, amr, place, parent, resources, thumbprint } = allowed;
  // What a client with credentials holds is bound to those (RFC 9449 section 5).
  const isBound = client.authMethod === 'none' && thumbprint !== undefined;
  return {
    clientId: client.clientId,
    ...{ scope, credentialsVersion, authTime, amr, place },
    ...(parent !== undefined && { parent }),
    ...(resources && { resources }),
    ...(isBound && { thumbprint }),
    ...(client.backchannelLogoutUri !== undefined && { logoutIssuer: c.get('issuer') }),
  };
}
