import type { ProofUse } from '../../core/dpop/used-proofs.ts';
import { type Client, DEVICE_GRANT, type GrantType } from '../../core/oauth/client.ts';
import type { RequestContext } from '../context.ts';
import { readProof } from '../dpop.ts';
import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';
import { authenticateClient } from './client-auth.ts';
import { countRequest } from './client-route.ts';
import { redeemCode } from './grants/authorization-code.ts';
import { grantToClient } from './grants/client-credentials.ts';
import { pollDevice } from './grants/device-code.ts';
import { refreshTokens } from './grants/refresh-token.ts';
import { type TokenParameters, tokenParameters } from './parameters.ts';

/** Answers a grant to a client that proved who it is and may use this grant type; the proof is used up by the grant. */
type GrantHandler = (
  c: RequestContext,
  client: Client,
  parameters: TokenParameters,
  proof: ProofUse | undefined,
) => Promise<Response>;

const GRANTS: Record<GrantType, GrantHandler> = {
  authorization_code: redeemCode,
  refresh_token: refreshTokens,
  client_credentials: grantToClient,
  [DEVICE_GRANT]: pollDevice,
};

export const tokenRoute: Route = defineRoute({
  method: 'POST',
  path: '/oauth/token',
  cors: 'any',
  form: tokenParameters,
  async handle(c, { form }) {
    const throttled = await countRequest(c, 'token');
    if (throttled) return refuse(c, throttled);
    // Before anything is spent, a client's assertion too.
    const read = await readProof(c, 'token');
    if (!read.ok) return refuse(c, read.refusal);
    const authenticated = await authenticateClient(c, form);
    if (!authenticated.ok) return refuse(c, authenticated.refusal);
    const { client } = authenticated;
    if (!isGrantType(form.grant_type)) return refuse(c, { reason: 'grant_type_unknown' });
    if (!client.grantTypes.includes(form.grant_type))
      return refuse(c, { reason: 'client_grant_not_allowed' });
    if (client.requiresProof && !read.proof) return refuse(c, { reason: 'proof_missing' });
    return GRANTS[form.grant_type](c, client, form, read.proof);
  },
});

function isGrantType(text: string): text is GrantType {
  return Object.hasOwn(GRANTS, text);
}
