import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { openDeviceToken, sealDeviceToken } from '../../../src/core/tokens/device-token.ts';
import { openSigninToken, sealSigninToken } from '../../../src/core/tokens/signin-token.ts';
import { masterKeyOf, NOW, ringOf } from '../rings.ts';
import { flip } from './forging.ts';

const keys = ringOf();
const signin = {
  username: 'wilhelmina',
  sid: 'tgk1x0_8f3a09c2d4e5b6a7',
  authTime: NOW,
  amr: ['pwd'],
  expiresAt: NOW + 100,
};

describe('a sign-in token', () => {
  it('says again what it was made of, until it ends', async () => {
    const text = await sealSigninToken(signin, keys);
    expect(await openSigninToken(text, keys, NOW)).toEqual(signin);
    expect(await openSigninToken(text, keys, NOW + 99)).toEqual(signin);
    expect(await openSigninToken(text, keys, NOW + 100)).toBeUndefined();
  });

  it('opens with the previous master key, not with a foreign one, nor changed', async () => {
    const text = await sealSigninToken(signin, keys);
    const replaced = ringOf({ masterKey: masterKeyOf(2), previousMasterKey: masterKeyOf(1) });
    expect(await openSigninToken(text, replaced, NOW)).toEqual(signin);
    expect(await openSigninToken(text, ringOf({ masterKey: masterKeyOf(2) }), NOW)).toBeUndefined();
    for (const index of [0, 2, 3, 4])
      expect(await openSigninToken(flip(text, index), keys, NOW)).toBeUndefined();
  });

  it('shows nobody its user', async () => {
    const text = await sealSigninToken(signin, keys);
    for (const part of text.split('.'))
      expect(new TextDecoder('latin1').decode(base64url.decode(part))).not.toMatch(/wilhelmina|8f3a09c2/);
  });

  it('and a device token are never taken for each other', async () => {
    const device = await sealDeviceToken({ username: 'wilhelmina', deviceId: 'device-7' }, keys, NOW);
    expect(await openSigninToken(device, keys, NOW)).toBeUndefined();
    const text = await sealSigninToken(signin, keys);
    expect(await openDeviceToken(text, 'wilhelmina', keys, NOW)).toBeUndefined();
  });

  it.each(['', 'x', '....', 'a.b.c.d.e', 'x'.repeat(10_000)])('is not %j', async (text) => {
    expect(await openSigninToken(text, keys, NOW)).toBeUndefined();
  });
});
