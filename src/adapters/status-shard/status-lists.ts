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
/** A sign-in asks no more lists than that. */
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
  /** Those that were begun before it are taken for full, too: an isolate that begins need not ask each of them. */
  let latestFull = 0;
  const findOpen = (): number[] => {
    const now = clock();
    const isPassedOver = (shard: number) => now < (passedOver.get(shard) ?? 0);
    if (!isPassedOver(latestFull)) latestFull = 0;
    for (;;) {
      const open = [...Array(inUse).keys()].filter((shard) => shard >= latestFull && !isPassedOver(shard));
      if (open.length > 0) return open;
      if (inUse < MOST_SHARDS) inUse *= 2;
      // There are no later ones: those come next that were only taken for full.
      else if (latestFull > 0) latestFull = 0;
      else return open;
    }
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
        passedOver.set(shard, clock() + PASSED_OVER_SECONDS);
        latestFull = Math.max(latestFull, shard);
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
