import { randomBytes } from 'node:crypto';
import type { Session } from '../src/core/account/session.ts';
import { createSessionId } from '../src/core/account/session-id.ts';
import { formatSessionRecord } from '../src/core/account/session-record.ts';
import { createKeyRing } from '../src/core/keys/key-ring.ts';
import { parseMasterKey } from '../src/core/settings/master-key.ts';
import { sealRefreshToken } from '../src/core/tokens/refresh-token.ts';

export const ISSUER = 'https://id.example.com';
export const MASTER_KEY = randomBytes(32).toString('base64url');

const DAY = 86_400;

type Store = { put(key: string, value: string): Promise<void> };

/** Gives users a session each by their KV records, from which the guards start: a password's hash takes 0.2 s. */
export async function seedEdgemint(store: Store, users: number): Promise<string[]> {
  const masterKey = parseMasterKey(MASTER_KEY);
  if (!masterKey) throw new Error('The master key is none');
  const keys = createKeyRing({
    ...{ masterKey, signingAlg: 'ES256', keyPeriodSeconds: 7 * DAY, refreshAbsoluteTtlSeconds: 90 * DAY },
  } as Parameters<typeof createKeyRing>[0]);
  const now = Math.floor(Date.now() / 1_000);
  const tokens: string[] = [];
  for (let number = 0; number < users; number += 1) {
    const username = `user-${number}`;
    const session = createSession(now, number);
    await store.put(username, formatSessionRecord({ highest: now, sessions: [session] }, now).value);
    const { generation, jti, idleExpiresAt: validUntil } = session;
    tokens.push(
      await sealRefreshToken({ ...session, username, generation, jti, validUntil, issuedAt: now }, keys),
    );
  }
  return tokens;
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
