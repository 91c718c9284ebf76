import { base64url } from 'jose';
import type { KeyRing } from '../core/keys/key-ring.ts';
import { keyedHash } from '../core/keys/keyed-hash.ts';
import { isSameSecret } from './compare.ts';

/**
 * A nonce that no server has to remember: when it was made, randomness, and a keyed hash over both, its purpose and
 * whatever is to come back with it.
 */
export type NonceOutcome =
  | { kind: 'fresh' | 'stale'; context: string; expiresAt: number }
  /** Not made here, or under a master key that is gone. */
  | { kind: 'forged' };

export type NonceUse = { purpose: string; keys: KeyRing; now: number; ttlSeconds: number };

/** Digest clients add theirs, and two in a second must differ. */
export const NONCE_RANDOM_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_NONCE = 512;

/** `random`: 12 bytes. `context`: comes back with the nonce, in the clear. */
export async function createNonce(
  { purpose, keys, now }: NonceUse,
  random: Uint8Array,
  context = '',
): Promise<string> {
  const [key] = await keys.lastingKeys(`nonce ${purpose}`);
  const body = [
    Math.floor(now).toString(36),
    base64url.encode(random),
    base64url.encode(new TextEncoder().encode(context)),
  ].join('.');
  return `${body}.${await tagOf(key, body)}`;
}

export async function readNonce(
  text: string,
  { purpose, keys, now, ttlSeconds }: NonceUse,
): Promise<NonceOutcome> {
  const match = /^(([0-9a-z]{1,8})\.[\w-]{16}\.([\w-]*))\.([\w-]{22})$/.exec(text);
  if (!match || text.length > LONGEST_NONCE) return { kind: 'forged' };
  const [, body = '', stamp = '', context = '', tag = ''] = match;
  const keysThen = await keys.lastingKeys(`nonce ${purpose}`);
  const tags = await Promise.all(keysThen.map((key) => tagOf(key, body)));
  if (!tags.some((each) => isSameSecret(each, tag))) return { kind: 'forged' };
  const expiresAt = Number.parseInt(stamp, 36) + ttlSeconds;
  return {
    kind: now < expiresAt ? 'fresh' : 'stale',
    context: new TextDecoder().decode(base64url.decode(context)),
    expiresAt,
  };
}

async function tagOf(key: Uint8Array<ArrayBuffer>, body: string): Promise<string> {
  return base64url.encode((await keyedHash(key, body)).slice(0, TAG_BYTES));
}
