import { base64url } from 'jose';
import * as v from 'valibot';
import type { KeyRing } from '../keys/key-ring.ts';
import { keyedHash } from '../keys/keyed-hash.ts';
import { looksSealed, seal, unseal } from './sealed.ts';

/**
 * A device token says that a user signed in on this device before, so that the device keeps an allowance of its own
 * when strangers guess at that user's password. It proves nothing else.
 *
 * @see https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export type DeviceToken = { username: string; deviceId: string };

/** A year: how long a device is remembered after its last sign-in, seconds. */
export const DEVICE_TTL_SECONDS = 31_536_000;

const PURPOSE = 'device token';
const NAME_PURPOSE = 'device cookie name';
const claimsSchema = v.object({ sub: v.string(), did: v.string() });

export async function sealDeviceToken(token: DeviceToken, keys: KeyRing, now: number): Promise<string> {
  const [key] = await keys.lastingKeys(PURPOSE);
  const exp = Math.floor(now) + DEVICE_TTL_SECONDS;
  return seal({ sub: token.username, did: token.deviceId, exp }, key, PURPOSE);
}

/** @returns the device's id if the token is one for this user */
export async function openDeviceToken(
  text: string,
  username: string,
  keys: KeyRing,
  now: number,
): Promise<string | undefined> {
  if (looksSealed(text)) return undefined;
  const opened = await unseal(text, await keys.lastingKeys(PURPOSE), now);
  const claims = v.safeParse(claimsSchema, opened.ok ? opened.claims : undefined);
  return claims.success && claims.output.sub === username ? claims.output.did : undefined;
}

/**
 * The cookie's name differs for each user, so that users of one device keep theirs; it tells nobody who they are.
 *
 * @returns the name, and those it may have had before the master key was replaced
 */
export async function deviceCookieNames(username: string, keys: KeyRing): Promise<[string, ...string[]]> {
  const [current, ...earlier] = await keys.lastingKeys(NAME_PURPOSE);
  return [
    await nameUnder(current, username),
    ...(await Promise.all(earlier.map((key) => nameUnder(key, username)))),
  ];
}

async function nameUnder(secret: Uint8Array<ArrayBuffer>, username: string): Promise<string> {
  const tag = await keyedHash(secret, username);
  return `device-${base64url.encode(tag.slice(0, 9))}`;
}
