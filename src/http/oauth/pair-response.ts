import type { Grant } from '../../core/account/accounts.ts';
import { decideAudience } from '../../core/oauth/audience.ts';
import type { Client } from '../../core/oauth/client.ts';
import { idTokenAlgOf, signIdToken } from '../../core/oauth/id-token.ts';
import { hasScope } from '../../core/oauth/scope.ts';
import type { RequestContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import { mintPair, type Pair, tokenType } from '../token-response.ts';

export type Issue = {
  client: Client;
  username: string;
  grant: Grant;
  /** Of the access token, if it is less than the session's. */
  scope?: string;
  /** The `resource` parameters of the request. */
  resources: readonly string[];
  /** Of the key to which the access token is bound. */
  thumbprint: string | undefined;
  nonce?: string;
};

/** Whom the access token of a grant may be for: `undefined` if a resource is asked for that was not granted. */
export function audienceFor(
  c: RequestContext,
  asked: readonly string[],
  granted: readonly string[] | undefined,
  scope: string,
): string | string[] | undefined {
  const own = c.get('audience');
  return decideAudience(asked, granted ?? [own], own, hasScope(scope, 'openid'));
}

/**
 * Answers a grant of a user to a client.
 *
 * @see RFC 6749 section 5.1, OpenID Connect Core 1.0 sections 3.1.3.3 and 12.2
 */
export async function respondToClient(c: RequestContext, issue: Issue): Promise<Response> {
  const { client, username, grant, thumbprint } = issue;
  const scope = issue.scope ?? grant.scope;
  const audience = audienceFor(c, issue.resources, grant.resources, scope);
  if (audience === undefined) return refuse(c, { reason: 'resource_not_allowed' });
  const pair = await mintPair(c, username, grant, { scope, audience, thumbprint });
  return c.json({
    access_token: pair.accessToken,
    token_type: tokenType(thumbprint),
    expires_in: pair.expiresIn,
    ...(client.grantTypes.includes('refresh_token') && { refresh_token: pair.refreshToken }),
    ...(scope !== '' && { scope }),
    ...(hasScope(scope, 'openid') && { id_token: await mintIdToken(c, issue, pair) }),
    session: grant.sid,
    generation: grant.generation,
  });
}

function mintIdToken(
  c: RequestContext,
  { client, username, grant, nonce }: Issue,
  pair: Pair,
): Promise<string> {
  const { keys } = c.get('services');
  const claims = {
    issuer: c.get('issuer'),
    subject: username,
    clientId: client.clientId,
    sid: grant.sid,
    authTime: grant.authTime,
    amr: grant.amr,
    ...(nonce !== undefined && { nonce }),
    issuedAt: pair.issuedAt,
    expiresAt: pair.issuedAt + pair.expiresIn,
  };
  return signIdToken(claims, idTokenAlgOf(client, keys), pair.accessToken, keys);
}
