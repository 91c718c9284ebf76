import { createKeyRing, type KeyRing, type KeyRingOptions } from '../../src/core/keys/key-ring.ts';
import { parseMasterKey } from '../../src/core/settings/master-key.ts';
import { testEnv } from './client.ts';

/** The issuer's own keys, or those of another master key. */
export function ringOf(
  masterKey: string = String(testEnv.MASTER_KEY),
  options: Partial<KeyRingOptions> = {},
): KeyRing {
  const bytes = parseMasterKey(masterKey);
  if (!bytes) throw new Error('No master key');
  return createKeyRing({
    masterKey: bytes,
    signingAlg: 'ES256',
    keyPeriodSeconds: 604_800,
    refreshAbsoluteTtlSeconds: 7_776_000,
    ...options,
  });
}

/** Some other issuer's secret. */
export const FOREIGN_MASTER_KEY = 'c29tZWJvZHktZWxzZXMtc2VjcmV0LXRoYXQtd2UtZG8tbm90LWtub3c';
