import { createKeyRing, type KeyRing } from '../../src/core/keys/key-ring.ts';

const MASTER_KEY = new Uint8Array(32).fill(1);
export const OTHER_MASTER_KEY = new Uint8Array(32).fill(2);

/** A key ring without a Worker around it. */
export function createTestRing(
  masterKey: Uint8Array<ArrayBuffer> = MASTER_KEY,
  previousMasterKey?: Uint8Array<ArrayBuffer>,
): KeyRing {
  return createKeyRing({
    masterKey,
    previousMasterKey,
    signingAlg: 'ES256',
    keyPeriodSeconds: 604_800,
    refreshAbsoluteTtlSeconds: 7_776_000,
  });
}
