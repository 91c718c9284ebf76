import { base64url, decodeJwt } from 'jose';
import { expect } from 'vitest';
import { readStatus } from '../../src/core/status/status-list.ts';
import { inflate } from '../../src/core/status/zlib.ts';
import { local } from './client.ts';

/** An access token's place in the status lists. */
export type StatusClaim = { status: { status_list: { idx: number; uri: string } } };
type ListClaims = { status_list: { lst: string } };

/** Looks an access token up in its list, as any client of the draft would. */
export async function isRevoked(accessToken: string): Promise<boolean | undefined> {
  const { idx, uri } = decodeJwt<StatusClaim>(accessToken).status.status_list;
  const response = await local.call('GET', uri.slice(local.origin.length));
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/statuslist+jwt',
  ]);
  const { status_list: list, sub } = decodeJwt<ListClaims>(await response.text());
  expect(sub).toBe(uri);
  return readStatus(await inflate(new Uint8Array(base64url.decode(list.lst)), 1_048_576), idx);
}
