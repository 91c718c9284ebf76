import {
  type AccessTokenRefusal,
  signAccessToken,
  verifyAccessToken,
} from '../../../src/core/tokens/access-token.ts';
import { masterKeyOf, NOW, ringOf } from '../rings.ts';
import { AUDIENCE, claimsOf, ISSUER } from './forging.ts';

export const keys = ringOf();

/** This issuer's key and another one's. */
export const ours = await keys.signingKey(NOW);
export const theirs = await ringOf({ masterKey: masterKeyOf(9) }).signingKey(NOW);
/** A genuine token. */
export const good = await signAccessToken(claimsOf(), keys);

/** Why a text is refused as an access token, or that it isn't. */
export async function reasonOf(
  token: string,
  expired?: 'accepted',
): Promise<AccessTokenRefusal | 'accepted'> {
  const expectation = {
    issuer: ISSUER,
    audience: AUDIENCE,
    oldestSeconds: 90 * 86_400,
    ...(expired && { expired }),
  };
  const outcome = await verifyAccessToken(token, keys, expectation, NOW);
  return outcome.ok ? 'accepted' : outcome.reason;
}
