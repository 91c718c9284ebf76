import type { Exchange, FaultyProxy } from './faulty-proxy.ts';

const REFRESH = '/auth/refresh';

export function isRefresh({ method, path }: Pick<Exchange, 'method' | 'path'>): boolean {
  return method === 'POST' && path === REFRESH;
}

/** How often the issuer rotated each generation, by `<session>-<generation>`. */
export function countRotations({ exchanges }: FaultyProxy): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { body, answerHeaders } of exchanges.filter(isRefresh)) {
    if (answerHeaders['refresh-outcome'] !== 'rotated') continue;
    const { session, generation } = JSON.parse(body);
    counts[`${session}-${generation}`] = (counts[`${session}-${generation}`] ?? 0) + 1;
  }
  return counts;
}

/** What the issuer answered to refreshes, in order. */
export function refreshStatuses({ exchanges }: FaultyProxy): number[] {
  return exchanges.filter(isRefresh).map(({ status }) => status);
}

export type Disturbance = { reached: Promise<Exchange | undefined>; release: () => void };

/** The next refresh reaches the issuer, and its answer waits until it is let go. */
export function holdNextRefresh(network: FaultyProxy): Disturbance {
  const reached = Promise.withResolvers<Exchange>();
  const released = Promise.withResolvers<undefined>();
  network.fault = {
    async onAnswer(exchange) {
      if (!isRefresh(exchange)) return undefined;
      network.fault = {};
      reached.resolve(exchange);
      return released.promise;
    },
  };
  return { reached: reached.promise, release: () => released.resolve(undefined) };
}

/** The next refresh waits before the issuer, and is lost when it is let go. */
export function loseNextRefresh(network: FaultyProxy): Disturbance {
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<'drop'>();
  network.fault = {
    async onRequest(exchange) {
      if (!isRefresh(exchange)) return undefined;
      network.fault = {};
      reached.resolve(undefined);
      return released.promise;
    },
  };
  return { reached: reached.promise, release: () => released.resolve('drop') };
}
