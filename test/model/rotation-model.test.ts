import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { checkHistories, describeFall } from './check.ts';
import { GuardedIssuer } from './guarded-issuer.ts';

const RUNS = 300;

// What the guard logs in a history would be all that one sees.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

it('P1 to P5 hold in random histories', { timeout: 100_000 }, async () => {
  const seed = Date.now() % 2 ** 31;
  const { fall, counts } = await runInDurableObject(env.ACCOUNT_GUARD.getByName('model'), (_, state) =>
    checkHistories({ seed, runs: RUNS }, (around) => new GuardedIssuer(state, around), {}),
  );
  const again = fall && `npm run prove -- --only random --seed ${fall.seed} --path ${fall.path}`;
  expect(fall && describeFall(fall), `seed ${seed}; again with ${again}`).toBeUndefined();
  expect(counts.histories).toBe(RUNS);
  for (const what of ['rotated', 'repeated', 'late', 'reused', 'sessions that P2 held to the end'])
    expect(counts[what], what).toBeGreaterThan(0);
});
