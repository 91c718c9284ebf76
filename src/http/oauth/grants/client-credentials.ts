import type { ProofUse } from '../../../core/dpop/used-proofs.ts';
import { decideAudience, fitsTokens } from '../../../core/oauth/audience.ts';
import { type Client, clientSubject } from '../../../core/oauth/client.ts';
import { formatScope, grantable, OPENID_SCOPES, parseScope } from '../../../core/oauth/scope.ts';
import { signAccessToken } from '../../../core/tokens/access-token.ts';
import type { RequestContext } from '../../context.ts';
import { spendProof } from '../../dpop.ts';
import { refuse } from '../../refusal.ts';
import { tokenType } from '../../token-response.ts';
import type { TokenParameters } from '../parameters.ts';

/**
 * A client's token for itself: its subject is never a user's name, it has no session and no refresh token.
 *
 * @see RFC 6749 section 4.4, RFC 9068 sections 2.2 and 5
 */
export async function grantToClient(
  c: RequestContext,
  client: Client,
  { scope: asked, resource = [] }: TokenParameters,
  proof: ProofUse | undefined,
): Promise<Response> {
  const scopes = decideScopes(client, asked);
  if (!scopes) return refuse(c, { reason: 'scope_not_allowed' });
  const { keys, settings, clock } = c.get('services');
  const own = c.get('audience');
  const granted = resource.length > 0 ? [own, ...settings.resources] : [own];
  const audience = decideAudience(resource, granted, own, false);
  const scope = formatScope(scopes);
  if (audience === undefined || !fitsTokens(scope, resource))
    return refuse(c, { reason: 'resource_not_allowed' });
  const replay = await spendProof(c, 'token', proof);
  if (replay) return refuse(c, replay);
  const issuedAt = Math.floor(clock());
  const accessToken = await signAccessToken(
    {
      iss: c.get('issuer'),
      sub: clientSubject(client.clientId),
      aud: audience,
      exp: issuedAt + settings.accessTokenTtlSeconds,
      nbf: issuedAt,
      iat: issuedAt,
      jti: crypto.randomUUID(),
      client_id: client.clientId,
      scope,
      ...(proof && { cnf: { jkt: proof.thumbprint } }),
    },
    keys,
  );
  return c.json({
    access_token: accessToken,
    token_type: tokenType(proof?.thumbprint),
    expires_in: settings.accessTokenTtlSeconds,
    ...(scope !== '' && { scope }),
  });
}

/** Those that the operator gave it; a client that anybody could register has none of its own. */
function decideScopes(client: Client, asked: string | undefined): string[] | undefined {
  const own = client.isTrusted ? (client.scope ?? '').split(' ').filter(Boolean) : [];
  const allowed = own.filter((scope) => !OPENID_SCOPES.some((openId) => openId === scope));
  const wanted = asked === undefined ? allowed : parseScope(asked);
  const scopes = wanted && grantable(wanted, allowed);
  return scopes?.length === wanted?.length ? scopes : undefined;
}
