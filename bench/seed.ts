import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../scripts/lib/project.ts';
import type { Grant } from '../src/core/account/accounts.ts';
import { createKeyRing } from '../src/core/keys/key-ring.ts';
import { parseMasterKey } from '../src/core/settings/master-key.ts';
import { sealRefreshToken } from '../src/core/tokens/refresh-token.ts';
import { startMiniflareIssuer } from '../test/support/miniflare-issuer.ts';
import type { SeedOrder } from './workers/seed.ts';

export const ISSUER = 'https://id.example.com';
export const MASTER_KEY = randomBytes(32).toString('base64url');

const DAY = 86_400;

const BATCH = 500;

/** A guard's safety alarm goes off 5 s after a sign-in whose record it hasn't seen written. */
const SETTLED_MS = 6_000;

/**
 * Puts users into the storage of a folder, whose tables are made if there are none.
 *
 * @param module the bundled Worker `bench/workers/seed.ts`
 * @returns a refresh token for each that was signed in
 */
export async function seedUsers(
  { module, folder }: { module: string; folder: string },
  order: Omit<SeedOrder, 'now'>,
): Promise<string[]> {
  const miniflare = await startMiniflareIssuer({ root: ROOT, bundle: module, folder, assets: false });
  const now = Math.floor(Date.now() / 1_000);
  const tokens: string[] = [];
  try {
    for (let begin = 0; begin < order.usernames.length; begin += BATCH) {
      const usernames = order.usernames.slice(begin, begin + BATCH);
      const response = await miniflare.dispatchFetch('http://seed/', {
        method: 'POST',
        body: JSON.stringify({ ...order, usernames, now } satisfies SeedOrder),
      });
      if (!response.ok) throw new Error(`The storage answered ${response.status}`);
      tokens.push(...(await sealTokens(usernames, (await response.json()) as Grant[], now)));
    }
    // Till the guards are at rest: none shall come back by an alarm while something is measured.
    if (tokens.length > 0) await pause(SETTLED_MS);
  } finally {
    await miniflare.dispose();
  }
  return tokens;
}

function sealTokens(usernames: readonly string[], grants: readonly Grant[], now: number): Promise<string[]> {
  const masterKey = parseMasterKey(MASTER_KEY);
  if (!masterKey) throw new Error('The master key is none');
  const keys = createKeyRing({
    ...{ masterKey, signingAlg: 'ES256', keyPeriodSeconds: 7 * DAY, refreshAbsoluteTtlSeconds: 90 * DAY },
  } as Parameters<typeof createKeyRing>[0]);
  return Promise.all(
    grants.map((grant, index) =>
      sealRefreshToken({ ...grant, username: usernames[index] ?? '', issuedAt: now }, keys),
    ),
  );
}
