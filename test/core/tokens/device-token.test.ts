import * as fc from 'fast-check';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  DEVICE_TTL_SECONDS,
  deviceCookieNames,
  openDeviceToken,
  sealDeviceToken,
} from '../../../src/core/tokens/device-token.ts';
import { openRefreshToken, sealRefreshToken } from '../../../src/core/tokens/refresh-token.ts';
import { masterKeyOf, NOW, ringOf } from '../rings.ts';
import { flip } from './forging.ts';

const keys = ringOf();
const token = { username: 'wilhelmina', deviceId: 'device-7' };

describe('a device token', () => {
  it('brings the device’s id back, for its user only', async () => {
    const text = await sealDeviceToken(token, keys, NOW + 0.5);
    expect(await openDeviceToken(text, 'wilhelmina', keys, NOW + 1)).toBe('device-7');
    expect(await openDeviceToken(text, 'bob', keys, NOW + 1)).toBeUndefined();
    expect(await openDeviceToken(text, 'Wilhelmina', keys, NOW + 1)).toBeUndefined();
  });

  it('lasts a year', async () => {
    const text = await sealDeviceToken(token, keys, NOW);
    expect(await openDeviceToken(text, 'wilhelmina', keys, NOW + DEVICE_TTL_SECONDS - 1)).toBe('device-7');
    expect(await openDeviceToken(text, 'wilhelmina', keys, NOW + DEVICE_TTL_SECONDS)).toBeUndefined();
  });

  it('opens with the previous master key, not with a foreign one, nor changed', async () => {
    const text = await sealDeviceToken(token, keys, NOW);
    const replaced = ringOf({ masterKey: masterKeyOf(2), previousMasterKey: masterKeyOf(1) });
    expect(await openDeviceToken(text, 'wilhelmina', replaced, NOW)).toBe('device-7');
    expect(
      await openDeviceToken(text, 'wilhelmina', ringOf({ masterKey: masterKeyOf(2) }), NOW),
    ).toBeUndefined();
    for (const index of [0, 2, 3, 4])
      expect(await openDeviceToken(flip(text, index), 'wilhelmina', keys, NOW)).toBeUndefined();
  });

  it('shows nobody its user', async () => {
    const text = await sealDeviceToken(token, keys, NOW);
    for (const part of text.split('.'))
      expect(new TextDecoder('latin1').decode(base64url.decode(part))).not.toMatch(/wilhelmina|device-7/);
  });

  it('and a refresh token are never taken for each other', async () => {
    const refresh = await sealRefreshToken(
      {
        ...{ username: 'wilhelmina', sid: 'tgk1x0_8f3a09c2d4e5b6a7', generation: 0, jti: '', issuedAt: NOW },
        ...{ validUntil: NOW + 9, expiresAt: NOW + 9, clientId: '', scope: '', authTime: NOW, amr: [] },
      },
      keys,
    );
    expect(await openDeviceToken(refresh, 'wilhelmina', keys, NOW)).toBeUndefined();
    const device = await sealDeviceToken(token, keys, NOW);
    expect(await openRefreshToken(device, keys, NOW)).toMatchObject({ ok: false });
  });

  it('is refused without an exception, whatever text it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{0,9}(\.[\w-]{0,9}){4}$/)),
        async (text) => {
          expect(await openDeviceToken(text, 'wilhelmina', keys, NOW)).toBeUndefined();
        },
      ),
    );
  });
});

describe('the device cookie’s name', () => {
  it('is the same each time, one for each user, and tells nobody who that is', async () => {
    const [name] = await deviceCookieNames('wilhelmina', keys);
    expect(name).toMatch(/^device-[\w-]{12}$/);
    expect((await deviceCookieNames('wilhelmina', ringOf()))[0]).toBe(name);
    expect((await deviceCookieNames('bob', keys))[0]).not.toBe(name);
    expect((await deviceCookieNames('wilhelmina', ringOf({ masterKey: masterKeyOf(9) })))[0]).not.toBe(name);
  });
});
