import type { KeyRing } from '../../core/keys/key-ring.ts';
import { signStatusList } from '../../core/status/list-token.ts';
import { statusListUri } from '../../core/status/status-list.ts';
import type { Clock } from '../clock.ts';
import { MOST_SHARDS, type StatusLists } from './status-lists.ts';

/** However often a list is asked for, an isolate reads its shard once in so many seconds. */
const KEPT_SECONDS = 5;

/** Signs the lists for whoever fetches them; `undefined` for one that isn't there. */
export function createStatusTokens(lists: Pick<StatusLists, 'read'>, keys: KeyRing, clock: Clock) {
  const kept = new Map<string, { token: string; readAt: number }>();
  return {
    async sign(issuer: string, shard: number): Promise<string | undefined> {
      if (shard >= MOST_SHARDS) return undefined;
      const uri = statusListUri(issuer, shard);
      const readAt = clock();
      const known = kept.get(uri);
      if (known && readAt - known.readAt < KEPT_SECONDS) return known.token;
      const content = await lists.read(shard);
      if (content.size === 0) return undefined;
      const token = await signStatusList(uri, content, keys, readAt);
      kept.set(uri, { token, readAt });
      return token;
    },
  };
}
