import type { StoredCredential } from '../core/account/credentials.ts';
import { openAtRest, sealAtRest } from '../core/keys/at-rest.ts';
import type { RequestContext } from './context.ts';

/** What was sealed, and how to seal it again if that was under the earlier master key. */
export type Unsealed = { data: unknown; reseal?: () => Promise<void> };

/** @returns undefined for what was sealed under a master key that is gone */
export async function unsealCredential(
  c: RequestContext,
  credential: StoredCredential,
): Promise<Unsealed | undefined> {
  const { credentials, keys } = c.get('services');
  const binding = { purpose: credential.type, username: credential.username, id: credential.id };
  const opened = await openAtRest(credential.sealed, binding, keys, c.get('now'));
  if (!opened) return undefined;
  const { data, isCurrent } = opened;
  if (isCurrent) return { data };
  const reseal = async () => credentials.reseal(credential, await sealAtRest(data, binding, keys));
  return { data, reseal };
}
