import type { ProofUse } from '../../../core/dpop/used-proofs.ts';
import { type Client, wasThere } from '../../../core/oauth/client.ts';
import { narrowScope } from '../../../core/oauth/scope.ts';
import type { RequestContext } from '../../context.ts';
import { spendProof } from '../../dpop.ts';
import { presentRefreshToken, refuseRefresh } from '../../refresh.ts';
import { refuse } from '../../refusal.ts';
import { readKey } from '../attempt.ts';
import { audienceFor, respondToClient } from '../pair-response.ts';
import type { TokenParameters } from '../parameters.ts';

/**
 * Renews the pair of a client's session; the same rule of rotation as everywhere. What is wrong with the request is found
 * before the guard is asked, so that it spends nothing.
 *
 * @see RFC 6749 section 6, RFC 9700 section 4.14.2
 */
export async function refreshTokens(
  c: RequestContext,
  client: Client,
  parameters: TokenParameters,
  proof: ProofUse | undefined,
): Promise<Response> {
  const { refresh_token: text, resource = [] } = parameters;
  if (text === undefined)
    return refuse(c, { reason: 'bad_request', description: 'refresh_token is missing' });
  const key = readKey(c);
  if (!key.ok) return refuse(c, key.refusal);
  const opened = await c.get('services').refreshTokens.open(text, c.get('now'));
  if (!opened.ok) return refuse(c, { reason: `refresh_token_${opened.reason}` });
  const { token } = opened;
  const isOwn = token.clientId === client.clientId && wasThere(client, token.issuedAt);
  if (!isOwn) return refuse(c, { reason: 'refresh_token_of_another_client' });
  const scope = narrowScope(parameters.scope, token.scope);
  if (scope === undefined) return refuse(c, { reason: 'scope_beyond_grant' });
  if (audienceFor(c, resource, token.resources, scope) === undefined)
    return refuse(c, { reason: 'resource_not_allowed' });
  const unproven = await spendProof(c, 'token', proof, token.thumbprint);
  if (unproven) return refuse(c, unproven);
  const outcome = await presentRefreshToken(c, token, key.key);
  if (!('grant' in outcome)) return refuseRefresh(c, token, outcome, false);
  c.header('Refresh-Outcome', outcome.kind);
  const { username } = token;
  return respondToClient(c, {
    client,
    username,
    grant: outcome.grant,
    scope,
    resources: resource,
    thumbprint: proof?.thumbprint,
  });
}
