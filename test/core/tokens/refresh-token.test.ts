import * as fc from 'fast-check';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { openRefreshToken, sealRefreshToken } from '../../../src/core/tokens/refresh-token.ts';
import { masterKeyOf, NOW, ringOf, WEEK } from '../rings.ts';
import { anyToken, DAY, keys, reasonOf, tokenOf } from './refresh-tokens.ts';

describe('a refresh token', () => {
  it('brings everything back', async () => {
    await fc.assert(
      fc.asyncProperty(anyToken, async (token) => {
        expect(await openRefreshToken(await sealRefreshToken(token, keys), keys, NOW)).toEqual({
          ok: true,
          token,
        });
      }),
    );
  });

  it('shows nobody its user, nor anything else of it, in any segment (RFC 7516)', async () => {
    const token = tokenOf({ origin: 'https://app.example.com' });
    const text = await sealRefreshToken(token, keys);
    for (const part of text.split('.')) {
      const decoded = new TextDecoder('latin1').decode(base64url.decode(part));
      for (const secret of [token.username, token.sid, token.jti, 'account', 'app.example.com']) {
        expect(decoded).not.toContain(secret);
        expect(part).not.toContain(base64url.encode(secret).slice(0, -2));
      }
    }
    expect(JSON.parse(new TextDecoder().decode(base64url.decode(text.split('.')[0] ?? '')))).toEqual({
      alg: 'dir',
      enc: 'A256CBC-HS512',
      kid: String(3_300 * WEEK),
    });
  });

  it('is another text at each minting', async () => {
    expect(await sealRefreshToken(tokenOf(), keys)).not.toBe(await sealRefreshToken(tokenOf(), keys));
  });

  it('ends exactly at its end', async () => {
    const text = await sealRefreshToken(tokenOf({ validUntil: NOW + 100 }), keys);
    expect(await reasonOf(text, NOW + 99.999)).toBe('accepted');
    expect(await reasonOf(text, NOW + 100)).toBe('expired');
    expect(await reasonOf(text, NOW + 100 * DAY)).toBe('expired');
  });

  it.each([
    ['just before the idle end, two epochs later', WEEK, 14 * DAY],
    ['thirteen of fourteen days later, with keys of a day', DAY, 13 * DAY],
    ['after ninety days, with keys of ten minutes', 600, 90 * DAY],
  ])('is good for somebody who comes back %s', async (_, keyPeriodSeconds, ttl) => {
    const text = await sealRefreshToken(tokenOf({ validUntil: NOW + ttl }), ringOf({ keyPeriodSeconds }));
    const fresh = ringOf({ keyPeriodSeconds });
    expect(await reasonOf(text, NOW + ttl - 1, fresh)).toBe('accepted');
    expect(await reasonOf(text, NOW + ttl, fresh)).toBe('expired');
  });

  it('is good while its master key is the previous one, and forged to a foreign issuer', async () => {
    const text = await sealRefreshToken(tokenOf(), keys);
    const replaced = ringOf({ masterKey: masterKeyOf(2), previousMasterKey: masterKeyOf(1) });
    expect(await reasonOf(text, NOW, replaced)).toBe('accepted');
    expect(await reasonOf(text, NOW + 14 * DAY, replaced)).toBe('expired');
    expect(await reasonOf(text, NOW, ringOf({ masterKey: masterKeyOf(2) }))).toBe('forged');
    expect(await reasonOf(text, NOW, ringOf({ keyPeriodSeconds: DAY }))).toBe('forged');
  });
});
