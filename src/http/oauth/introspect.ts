import { wasThere } from '../../core/oauth/client.ts';
import type { RequestContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import { tokenType } from '../token-response.ts';
import { authenticateConfidentialClient } from './client-auth.ts';
import { countRequest } from './client-route.ts';
import { presentedToken } from './parameters.ts';
import { isActive, type ReadToken, readToken } from './token-status.ts';

/** Says what a token is good for. It asks the guard, so it is true about a session that ended a moment ago. @see RFC 7662 section 2 */
export const introspectionRoute: Route = defineRoute({
  method: 'POST',
  path: '/oauth/introspect',
  cors: 'none',
  form: presentedToken,
  async handle(c, { form }) {
    const throttled = await countRequest(c, 'token');
    if (throttled) return refuse(c, throttled);
    const authenticated = await authenticateConfidentialClient(c, form);
    if (!authenticated.ok) return refuse(c, authenticated.refusal);
    const read = await readToken(c, form.token);
    const { client } = authenticated;
    const isOther =
      read.kind === 'refresh' &&
      (read.token.clientId !== client.clientId || !wasThere(client, read.token.issuedAt));
    const active = !isOther && (await isActive(c, read));
    return c.json(active ? describe(c, read) : { active: false });
  },
});

function describe(c: RequestContext, read: ReadToken): object {
  switch (read.kind) {
    case 'access': {
      const { claims } = read;
      const isUser = claims.sid !== undefined;
      const type = tokenType(claims.cnf?.jkt);
      return { active: true, token_type: type, ...(isUser && { username: claims.sub }), ...claims };
    }
    case 'refresh': {
      const { username, clientId, scope, issuedAt, validUntil, sid } = read.token;
      return {
        active: true,
        iss: c.get('issuer'),
        sub: username,
        username,
        client_id: clientId,
        scope,
        iat: issuedAt,
        exp: validUntil,
        sid,
      };
    }
    case 'none':
      return { active: false };
  }
}
