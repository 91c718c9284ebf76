import { base64url } from 'jose';
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

/** An `RSA_KEY` of its own. */
export async function drawRsaKey(modulusLength = 2_048): Promise<string> {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent };
  const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  return base64url.encode(
    new Uint8Array((await crypto.subtle.exportKey('pkcs8', pair.privateKey)) as ArrayBuffer),
  );
}

/** Some other issuer's secret. */
export const FOREIGN_MASTER_KEY = 'c29tZWJvZHktZWxzZXMtc2VjcmV0LXRoYXQtd2UtZG8tbm90LWtub3c';
