import type { KeyRing } from '../core/keys/key-ring.ts';
import type { Clients } from '../core/oauth/client.ts';
import { idTokenAlgOf, signLogoutToken } from '../core/oauth/id-token.ts';
import type { LogoutNotifier } from '../core/oauth/logout-notifier.ts';
import type { Clock } from './clock.ts';

const LONGEST_CALL_MILLISECONDS = 10_000;

/**
 * Posts logout tokens to clients.
 *
 * @param keys undefined while the issuer is not configured: then nothing can be signed, and it is tried again
 * @see OpenID Connect Back-Channel Logout 1.0 sections 2.5 to 2.8
 */
export function createLogoutNotifier(
  clients: Pick<Clients, 'find'>,
  keys: KeyRing | undefined,
  clock: Clock,
): LogoutNotifier {
  return async ({ username, sid, clientId, issuer }) => {
    if (!keys) return false;
    const client = await clients.find(clientId);
    if (client?.backchannelLogoutUri === undefined) return true;
    const claims = { issuer, subject: username, clientId, sid };
    const token = await signLogoutToken(
      { ...claims, jti: crypto.randomUUID(), issuedAt: Math.floor(clock()) },
      idTokenAlgOf(client, keys),
      keys,
    );
    const response = await fetch(client.backchannelLogoutUri, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      redirect: 'manual',
      signal: AbortSignal.timeout(LONGEST_CALL_MILLISECONDS),
    });
    await response.body?.cancel();
    return response.ok;
  };
}
