import * as fc from 'fast-check';
import { base64url, decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { signStatusList } from '../../../src/core/status/list-token.ts';
import { packStatuses, readStatus, statusListUri } from '../../../src/core/status/status-list.ts';
import { deflate, inflate } from '../../../src/core/status/zlib.ts';
import { NOW, ringOf } from '../rings.ts';

describe('a status list', () => {
  it('packs the first status into the least significant bit, as in the draft’s first example', () => {
    const revoked = [0, 3, 4, 5, 7, 8, 9, 13, 15];
    expect([...packStatuses({ size: 16, revoked })]).toEqual([0xb9, 0xa3]);
  });

  it('gives back what was put in, and nothing beyond its end', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(999)), (revoked) => {
        const bytes = packStatuses({ size: 1_000, revoked });
        for (let index = 0; index < 1_000; index += 1)
          expect(readStatus(bytes, index)).toBe(revoked.includes(index));
        for (const index of [1_000, 2 ** 31, 2 ** 32, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, 1e300])
          expect(readStatus(bytes, index)).toBeUndefined();
      }),
      { numRuns: 20 },
    ));

  it('is compressed in the zlib format, and read back no longer than it may be', async () => {
    const bytes = packStatuses({ size: 1_048_576, revoked: [1, 524_288] });
    const small = await deflate(bytes);
    expect(small.length).toBeLessThan(300);
    expect((small[0] ?? 0) & 0x0f).toBe(8);
    expect(await inflate(small, bytes.length)).toEqual(bytes);
    await expect(inflate(small, bytes.length - 1)).rejects.toThrow(RangeError);
    await expect(inflate(new Uint8Array([1, 2, 3]), 100)).rejects.toThrow();
  });
});

describe('a status list token', () => {
  it('has the draft’s type and claims, and never claims to be newer than what was read', async () => {
    const uri = statusListUri('https://id.example.com', 3);
    const token = await signStatusList(uri, { size: 8, revoked: [2] }, ringOf(), NOW + 0.9);
    const { kid } = await ringOf().signingKey(NOW);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid, typ: 'statuslist+jwt' });
    const { status_list: list, ...claims } = decodeJwt<{ status_list: { bits: number; lst: string } }>(token);
    expect(claims).toEqual({ sub: 'https://id.example.com/status/3', iat: NOW, exp: NOW + 55, ttl: 30 });
    expect(list.bits).toBe(1);
    expect([...(await inflate(new Uint8Array(base64url.decode(list.lst)), 8))]).toEqual([4]);
  });
});
