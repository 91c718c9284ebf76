import {
  lastTokenEnd,
  type Revocation,
  STATUS_SLACK_SECONDS,
  type StatusIndex,
  type StatusList,
  type StatusListContent,
} from '../../core/status/status-list.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Clock } from '../clock.ts';
import { callDurable } from '../durable-call.ts';
import type { StatusShard } from './status-shard.ts';

export type StatusLists = StatusList & {
  /** @returns a list's bits */
  read(shard: number): Promise<StatusListContent>;
};

/** More than a thousand million sessions at once. */
export const MOST_SHARDS = 1_024;

/** How long a full list is passed over; places in it may be free again then. */
const PASSED_OVER_SECONDS = 300;
/** A sign-in asks no more lists than that: with all of them full, 39 on average. */
const MOST_ASKED = 64;

/**
 * The status lists, each a Durable Object named by its number. A small issuer has one, so that its verifiers fetch one;
 * a large one has as many as it needs, and a sign-in takes any of them, so that none is a hot spot.
 */
export function createStatusLists(
  shards: DurableObjectNamespace<StatusShard<unknown>>,
  accessTokenTtlSeconds: number,
  clock: Clock,
): StatusLists {
  const call = <T>(shard: number, use: (stub: DurableObjectStub<StatusShard<unknown>>) => Promise<unknown>) =>
    callDurable('The status list', () => use(shards.getByName(String(shard))) as Promise<T>, true);
  /** When the last token of a session has surely expired. */
  const deadAt = ({ mintedAt, tokensUntil }: Pick<Revocation, 'mintedAt' | 'tokensUntil'>) =>
    lastTokenEnd(mintedAt, accessTokenTtlSeconds, tokensUntil) + STATUS_SLACK_SECONDS;

  /** How many shards are in use, as far as this isolate knows: twice as many once the latest of them was found full. */
  let inUse = 1;
  const passedOver = new Map<number, number>();
  const findOpen = (): number[] => {
    const now = clock();
    for (;;) {
      const shards = Array.from({ length: inUse }, (_, shard) => shard);
      const open = shards.filter((shard) => now >= (passedOver.get(shard) ?? 0));
      if (open.length > 0 || inUse >= MOST_SHARDS) return open;
      inUse *= 2;
    }
  };

  /** Those that were begun before a full one are taken for full, too: an isolate that begins need not ask each of them. */
  const passOver = (full: number) => {
    const until = clock() + PASSED_OVER_SECONDS;
    for (let shard = 0; shard <= full; shard += 1) passedOver.set(shard, until);
  };

  return {
    async allocate(sessionEnd): Promise<StatusIndex> {
      for (let asked = 0; asked < MOST_ASKED; asked += 1) {
        const open = findOpen();
        const shard = open[Math.floor(Math.random() * open.length)];
        if (shard === undefined) break;
        const index = await call<number | 'full'>(shard, (stub) =>
          stub.allocate(deadAt({ mintedAt: sessionEnd })),
        );
        if (index !== 'full') return { shard, index };
        passOver(shard);
      }
      throw new Unavailable('A free place in the status lists', 60);
    },
    async revoke(revocations) {
      const now = clock();
      const needed = revocations.filter((revocation) => deadAt(revocation) > now);
      const byShard = Map.groupBy(needed, ({ shard }) => shard);
      await Promise.all(
        [...byShard].map(([shard, group]) => call(shard, (stub) => stub.revoke(group.map(toBit)))),
      );
    },
    read: (shard) => call(shard, (stub) => stub.list()),
  };

  function toBit(revocation: Revocation) {
    return { index: revocation.index, until: deadAt(revocation) };
  }
}
