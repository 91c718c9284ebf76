import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { GuardedIssuer } from './guarded-issuer.ts';
import { runHistory } from './run-history.ts';
import { type History, histories } from './steps.ts';

const LONGEST = 70;
const CHUNK = 500;
const { runs = 300, seed = Date.now() % 2 ** 31, path } = inject('prove') ?? {};

// What the guard logs in a history would be all that one sees.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

it('P1 to P5 hold in random histories', { timeout: 3_600_000 }, async () => {
  for (let done = 0; done < runs; done += CHUNK) {
    const parameters = { seed: seed + done, numRuns: Math.min(CHUNK, runs - done), ...(path && { path }) };
    const details = await check(parameters);
    if (details.failed) throw new Error(fc.defaultReportMessage(details));
  }
  expect(true).toBe(true);
});

function check(parameters: fc.Parameters<[History]>) {
  return runInDurableObject(env.ACCOUNT_GUARD.getByName('model'), (_instance, state) => {
    const property = fc.asyncProperty(histories(LONGEST), async (history) => {
      const { violations } = await runHistory(history, (around) => new GuardedIssuer(state, around));
      if (violations.length > 0)
        throw new Error(violations.map(({ property, what }) => `${property}: ${what}`).join('; '));
    });
    return fc.check(property, parameters);
  });
}

declare module 'vitest' {
  interface ProvidedContext {
    /** How the random model is run; absent in `npm test`. */
    prove?: { runs?: number; seed?: number; path?: string };
  }
}
