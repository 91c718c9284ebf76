import { vi } from 'vitest';
import { testEnv } from './client.ts';

/** The KV record of a username, as far as the tests look into it. */
export type StoredRecord = {
  highest: number;
  sessions: { sid: string; generation: number; jti: string; device: string; spent: (string | null)[] }[];
};

export async function readRecord(username: string): Promise<StoredRecord | null> {
  return testEnv.REFRESH_TOKENS.get<StoredRecord>(username, 'json');
}

/** The record is written in the background: waits until it is as expected. */
export function waitForRecord(
  username: string,
  isExpected: (record: StoredRecord | null) => boolean,
): Promise<StoredRecord | null> {
  return vi.waitFor(
    async () => {
      const record = await readRecord(username);
      if (!isExpected(record)) throw new Error(`The record of ${username} is ${JSON.stringify(record)}`);
      return record;
    },
    { timeout: 50_000, interval: 20 },
  );
}
