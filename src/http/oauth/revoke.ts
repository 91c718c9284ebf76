import { isUserClaims } from '../../core/tokens/access-token.ts';
import type { RequestContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import { authenticateClient } from './client-auth.ts';
import { countRequest } from './client-route.ts';
import { presentedToken } from './parameters.ts';
import { type ReadToken, readToken } from './token-status.ts';

/** Ends the session of a token, and with it all of the session's tokens. @see RFC 7009 section 2 */
export const revocationRoute: Route = defineRoute({
  method: 'POST',
  path: '/oauth/revoke',
  cors: 'any',
  form: presentedToken,
  async handle(c, { form }) {
    const { accounts, log } = c.get('services');
    const throttled = await countRequest(c, 'token');
    if (throttled) return refuse(c, throttled);
    const authenticated = await authenticateClient(c, form);
    if (!authenticated.ok) return refuse(c, authenticated.refusal);
    const session = sessionOf(await readToken(c, form.token));
    if (session === 'none') return refuse(c, { reason: 'token_without_session' });
    if (!session) return done(c);
    if (session.clientId !== authenticated.client.clientId)
      return refuse(c, { reason: 'token_of_another_client' });
    const { ended } = await accounts.end(session.username, session.sid);
    if (ended) log({ event: 'token_revoked', ...session });
    return done(c);
  },
});

function done(c: RequestContext): Response {
  // Clients ignore the body (RFC 7009 section 2.2), but some insist on JSON.
  return c.json({});
}

function sessionOf(
  read: ReadToken,
): { username: string; sid: string; clientId: string } | 'none' | undefined {
  switch (read.kind) {
    case 'refresh': {
      const { username, sid, clientId } = read.token;
      return { username, sid, clientId };
    }
    case 'access': {
      const { claims } = read;
      return isUserClaims(claims)
        ? { username: claims.sub, sid: claims.sid, clientId: claims.client_id }
        : 'none';
    }
    case 'none':
      return undefined;
  }
}
