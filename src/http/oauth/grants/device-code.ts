import type { ProofUse } from '../../../core/dpop/used-proofs.ts';
import type { Client } from '../../../core/oauth/client.ts';
import { decidePoll } from '../../../core/oauth/device-grants.ts';
import { hashSecret } from '../../../core/oauth/secret.ts';
import type { RequestContext } from '../../context.ts';
import { spendProof } from '../../dpop.ts';
import { placeOf } from '../../place.ts';
import { refuse } from '../../refusal.ts';
import { readAttempt } from '../attempt.ts';
import { audienceFor, respondToClient } from '../pair-response.ts';
import type { TokenParameters } from '../parameters.ts';
import { sessionRequest } from '../session-request.ts';
import { refuseRedemption } from './authorization-code.ts';

/**
 * A device that asks whether its user has answered.
 *
 * @see RFC 8628 sections 3.4 and 3.5
 */
export async function pollDevice(
  c: RequestContext,
  client: Client,
  { device_code, resource = [] }: TokenParameters,
  proof: ProofUse | undefined,
): Promise<Response> {
  if (device_code === undefined)
    return refuse(c, { reason: 'bad_request', description: 'device_code is missing' });
  const { deviceGrants, accounts } = c.get('services');
  const now = c.get('now');
  const deviceCodeHash = await hashSecret(device_code);
  const grant = await deviceGrants.findByDeviceCode(deviceCodeHash);
  if (!grant || grant.clientId !== client.clientId) return refuse(c, { reason: 'device_unknown' });
  const attempt = await readAttempt(c, deviceCodeHash);
  if (!attempt.ok) return refuse(c, attempt.refusal);
  const poll = decidePoll(grant, now);
  if (poll.kind === 'pending' || poll.kind === 'too_fast') {
    const pollSeconds = poll.kind === 'too_fast' ? poll.pollSeconds : grant.pollSeconds;
    await deviceGrants.polled(deviceCodeHash, now, pollSeconds);
  }
  if (poll.kind !== 'allowed') return refuse(c, { reason: `device_${poll.kind}` });
  const { answer } = poll;
  const { resources } = grant.request;
  if (audienceFor(c, resource, resources, answer.scope) === undefined)
    return refuse(c, { reason: 'resource_not_allowed' });
  const unproven = await spendProof(c, 'token', proof);
  if (unproven) return refuse(c, unproven);
  const thumbprint = proof?.thumbprint;
  const outcome = await accounts.redeem(answer.username, {
    codeId: deviceCodeHash,
    expiresAt: grant.expiresAt,
    ...(attempt.keyHash !== undefined && { keyHash: attempt.keyHash }),
    signInSid: answer.signInSid,
    // The device is another one than that of the sign-in, so its session doesn't end with that.
    signIn: sessionRequest(c, client, {
      ...answer,
      thumbprint,
      place: placeOf(c),
      ...(resources && { resources }),
    }),
  });
  if (outcome.kind === 'expired') return refuse(c, { reason: 'device_expired' });
  if (outcome.kind !== 'opened') return refuseRedemption(c, outcome, client, answer.username);
  const { username } = answer;
  return respondToClient(c, { client, username, grant: outcome.grant, resources: resource, thumbprint });
}
