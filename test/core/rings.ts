import { createKeyRing, type KeyRing, type KeyRingOptions } from '../../src/core/keys/key-ring.ts';

export const WEEK = 604_800;
/** A moment in the middle of an epoch of a week. */
export const NOW = 3_300 * WEEK + 250_000;

/** 32 equal bytes: enough of a secret to tell two issuers apart. */
export function masterKeyOf(byte: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32).fill(byte);
}

/** Keys of the master key 1, of a week each, unless it is said otherwise. */
export function ringOf(options: Partial<KeyRingOptions> = {}): KeyRing {
  return createKeyRing({
    masterKey: masterKeyOf(1),
    signingAlg: 'ES256',
    keyPeriodSeconds: WEEK,
    refreshAbsoluteTtlSeconds: 7_776_000,
    ...options,
  });
}
