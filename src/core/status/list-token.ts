import { base64url } from 'jose';
import type { KeyRing } from '../keys/key-ring.ts';
import { sign } from '../tokens/signed.ts';
import {
  packStatuses,
  STATUS_BITS,
  STATUS_TTL_SECONDS,
  STATUS_USABLE_SECONDS,
  type StatusListContent,
} from './status-list.ts';
import { deflate } from './zlib.ts';

/**
 * Signs a list as it was read at `readAt`, epoch seconds.
 *
 * @param uri the list's own address
 * @see draft-ietf-oauth-status-list section 5.1
 */
export async function signStatusList(
  uri: string,
  content: StatusListContent,
  keys: KeyRing,
  readAt: number,
): Promise<string> {
  // Down, never up: a list must not claim to be newer than it is.
  const iat = Math.floor(readAt);
  const lst = base64url.encode(await deflate(packStatuses(content)));
  const claims = {
    sub: uri,
    iat,
    exp: iat + STATUS_USABLE_SECONDS,
    ttl: STATUS_TTL_SECONDS,
    status_list: { bits: STATUS_BITS, lst },
  };
  return sign(claims, await keys.signingKey(iat), 'statuslist+jwt');
}
