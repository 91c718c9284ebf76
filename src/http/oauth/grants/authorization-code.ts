import type { RedemptionOutcome } from '../../../core/account/accounts.ts';
import type { ProofUse } from '../../../core/dpop/used-proofs.ts';
import {
  type AuthorizationCode,
  CODE_TTL_SECONDS,
  openAuthorizationCode,
} from '../../../core/oauth/authorization-code.ts';
import { type Client, wasThere } from '../../../core/oauth/client.ts';
import { isAllowed } from '../../../core/oauth/consents.ts';
import { isCodeVerifier, verifyCodeChallenge } from '../../../core/oauth/pkce.ts';
import type { RequestContext } from '../../context.ts';
import { spendProof } from '../../dpop.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { readAttempt } from '../attempt.ts';
import { audienceFor, respondToClient } from '../pair-response.ts';
import type { TokenParameters } from '../parameters.ts';
import { sessionRequest } from '../session-request.ts';

/**
 * Exchanges a code. Everything is checked before the guard is asked, which spends it.
 *
 * @see RFC 6749 section 4.1.3, RFC 7636 section 4.6, RFC 9700 section 2.1.1
 */
export async function redeemCode(
  c: RequestContext,
  client: Client,
  parameters: TokenParameters,
  proof: ProofUse | undefined,
): Promise<Response> {
  const { code: text, resource = [] } = parameters;
  if (text === undefined) return refuse(c, { reason: 'bad_request', description: 'code is missing' });
  const opened = await openAuthorizationCode(text, c.get('services').keys, c.get('now'));
  if (!opened.ok) return refuse(c, { reason: `code_${opened.reason}` });
  const { code } = opened;
  const attempt = await readAttempt(c, code.codeId);
  if (!attempt.ok) return refuse(c, attempt.refusal);
  const mismatch = await findMismatch(code, client, parameters);
  if (mismatch) return refuse(c, mismatch);
  if (audienceFor(c, resource, code.resources, code.scope) === undefined)
    return refuse(c, { reason: 'resource_not_allowed' });
  const unproven = await spendProof(c, 'token', proof, code.thumbprint);
  if (unproven) return refuse(c, unproven);
  const thumbprint = proof?.thumbprint;
  const { accounts, consents } = c.get('services');
  const isStillAllowed = async () =>
    client.isFirstParty || isAllowed(await consents.find(code.username, client.clientId), code.scope);
  // Asked before, too: an outage of the directory spends no code.
  if (!(await isStillAllowed())) return refuse(c, { reason: 'code_taken_back' });
  const outcome = await accounts.redeem(code.username, {
    codeId: code.codeId,
    expiresAt: code.expiresAt,
    ...(attempt.keyHash !== undefined && { keyHash: attempt.keyHash }),
    signInSid: code.signInSid,
    signIn: sessionRequest(c, client, { ...code, thumbprint, parent: code.signInSid }),
  });
  if (outcome.kind !== 'opened') return refuseRedemption(c, outcome, client, code.username);
  const { username, nonce } = code;
  // Looked at when the session is open, so that who takes it back finds either this session or no consent here.
  if (!(await isStillAllowed())) {
    await accounts.end(username, outcome.grant.sid);
    return refuse(c, { reason: 'code_taken_back' });
  }
  c.get('services').log({
    event: 'code_redeemed',
    username,
    clientId: client.clientId,
    sid: outcome.grant.sid,
  });
  return respondToClient(c, {
    client,
    username,
    grant: outcome.grant,
    resources: resource,
    thumbprint,
    ...(nonce !== undefined && { nonce }),
  });
}

async function findMismatch(
  code: AuthorizationCode,
  client: Client,
  { redirect_uri, code_verifier }: TokenParameters,
): Promise<Refusal | undefined> {
  const isOfClient = code.clientId === client.clientId && wasThere(client, code.expiresAt - CODE_TTL_SECONDS);
  if (!isOfClient) return { reason: 'code_of_another_client' };
  // OAuth 2.1 asks for it no more, as PKCE does its work; what is sent must be right all the same.
  const isGood = redirect_uri === undefined ? !code.isRedirectUriGiven : redirect_uri === code.redirectUri;
  if (!isGood) return { reason: 'code_redirect_uri_differs' };
  if (code_verifier && !isCodeVerifier(code_verifier))
    return { reason: 'bad_request', description: 'code_verifier is malformed' };
  const isBound = await verifyCodeChallenge(code_verifier ?? '', code.codeChallenge);
  return isBound ? undefined : { reason: 'code_verifier_wrong' };
}

/** Answers what a guard refused to open a session for; a second use goes to the log as what it may be: a theft. */
export function refuseRedemption(
  c: RequestContext,
  outcome: Exclude<RedemptionOutcome, { grant: unknown }>,
  { clientId }: Client,
  username: string,
): Response {
  if (outcome.kind !== 'code_reused') return refuse(c, { reason: `code_${outcome.kind}` });
  c.get('services').log({ event: 'code_reused', username, clientId });
  return refuse(c, { reason: 'code_reused' });
}
