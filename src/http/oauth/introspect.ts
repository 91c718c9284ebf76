import { type Client, wasThere } from '../../core/oauth/client.ts';
import { idTokenAlgOf, signIntrospection } from '../../core/oauth/id-token.ts';
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
    const active = concerns(read, client) && (await isActive(c, read));
    const answer = active ? describe(c, read) : { active: false };
    if (!c.req.header('accept')?.includes(SIGNED)) return c.json(answer);
    const { keys } = c.get('services');
    const { clientId } = client;
    const facts = { issuer: c.get('issuer'), clientId, issuedAt: Math.floor(c.get('now')) };
    const signed = await signIntrospection(facts, answer, idTokenAlgOf(client, keys), keys);
    return c.body(signed, 200, { 'Content-Type': SIGNED });
  },
});

/** RFC 9701 section 4: asked for by name, or the answer is JSON. */
const SIGNED = 'application/token-introspection+jwt';

/**
 * Whether a token is a client's business. A refresh token is its own client's only. An access token is, beside that, a
 * resource's: nothing ties a client to one, so whom the operator trusts counts as one, and who registered freely does not.
 *
 * @see RFC 7662 section 2.2, RFC 9701 section 5
 */
function concerns(read: ReadToken, client: Client): boolean {
  switch (read.kind) {
    case 'access':
      return client.isTrusted || read.claims.client_id === client.clientId;
    case 'refresh':
      return read.token.clientId === client.clientId && wasThere(client, read.token.issuedAt);
    case 'none':
      return false;
  }
}

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
