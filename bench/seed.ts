import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { ROOT } from '../scripts/lib/project.ts';
import type { Session } from '../src/core/account/session.ts';
import { createSessionId } from '../src/core/account/session-id.ts';
import { formatSessionRecord } from '../src/core/account/session-record.ts';
import { createKeyRing } from '../src/core/keys/key-ring.ts';
import { parseMasterKey } from '../src/core/settings/master-key.ts';
import { sealRefreshToken } from '../src/core/tokens/refresh-token.ts';
import { startMiniflareIssuer } from '../test/support/miniflare-issuer.ts';

export const ISSUER = 'https://id.example.com';
export const MASTER_KEY = randomBytes(32).toString('base64url');

const DAY = 86_400;

const BATCH = 500;

export type SeededUser = { username: string; session: Session };

/** Makes edgemint's storage in a folder: tables, and nobody in it. */
export async function prepareStorage(folder: string): Promise<void> {
  const bundle = join(ROOT, 'dist/worker/index.js');
  const miniflare = await startMiniflareIssuer({ root: ROOT, bundle, folder, assets: false });
  await miniflare.dispose();
}

/** Gives users a session each by their KV records, from which the guards start: a password's hash takes 0.2 s. */
export async function seedUsers(
  { module, folder }: { module: string; folder: string },
  first: number,
  count: number,
): Promise<SeededUser[]> {
  const options = convertV4MiniflareOptions({
    modules: [{ type: 'ESModule', path: '/worker.js', contents: await readFile(module, 'utf8') }],
    modulesRoot: '/',
    compatibilityDate: '2026-10-23',
    kvNamespaces: ['REFRESH_TOKENS'],
    d1Databases: ['DIRECTORY'],
  });
  const miniflare = new Miniflare({ ...options, resourcePersistencePath: folder });
  const now = Math.floor(Date.now() / 1_000);
  const users = Array.from({ length: count }, (_, index) => ({
    username: `user-${first + index}`,
    session: createSession(now, first + index),
  }));
  try {
    for (let begin = 0; begin < count; begin += BATCH) {
      const records = users.slice(begin, begin + BATCH).map(({ username, session }) => ({
        ...{ username, createdAt: now },
        record: formatSessionRecord({ highest: now, sessions: [session] }, now).value,
      }));
      const response = await miniflare.dispatchFetch('http://seed/', {
        method: 'POST',
        body: JSON.stringify(records),
      });
      if (!response.ok) throw new Error(`The storage answered ${response.status}`);
    }
  } finally {
    await miniflare.dispose();
  }
  return users;
}

/** @returns a refresh token for each */
export function sealTokens(users: readonly SeededUser[]): Promise<string[]> {
  const masterKey = parseMasterKey(MASTER_KEY);
  if (!masterKey) throw new Error('The master key is none');
  const keys = createKeyRing({
    ...{ masterKey, signingAlg: 'ES256', keyPeriodSeconds: 7 * DAY, refreshAbsoluteTtlSeconds: 90 * DAY },
  } as Parameters<typeof createKeyRing>[0]);
  return Promise.all(
    users.map(({ username, session }) => {
      const { generation, jti, idleExpiresAt: validUntil, openedAt: issuedAt } = session;
      return sealRefreshToken({ ...session, username, generation, jti, validUntil, issuedAt }, keys);
    }),
  );
}

function createSession(now: number, index: number): Session {
  return {
    sid: createSessionId(now, randomBytes(8).toString('hex')),
    ...{ clientId: 'edgemint', scope: 'account', amr: ['pwd'], authTime: now, generation: 0, jti: 'seed' },
    ...{
      spent: [],
      openedAt: now,
      lastUsedAt: now,
      expiresAt: now + 90 * DAY,
      idleExpiresAt: now + 14 * DAY,
    },
    ...{ status: { shard: 0, index }, place: { device: '', country: '' }, restored: false },
  };
}
