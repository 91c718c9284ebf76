import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { parseRsaKey } from '../../src/core/keys/rsa-key.ts';
import { parseMasterKey } from '../../src/core/settings/master-key.ts';
import { Failure } from './failure.ts';

/** A secret that is drawn where there is none. */
export type Secret = {
  name: 'MASTER_KEY' | 'RSA_KEY';
  /** What it must be, for a failure's message. */
  form: string;
  draw(): string;
  isGood(text: string): boolean;
};

const MASTER_KEY: Secret = {
  name: 'MASTER_KEY',
  form: 'base64url of 32 bytes or more',
  draw: () => randomBytes(32).toString('base64url'),
  isGood: (text) => parseMasterKey(text) !== undefined,
};

const RSA_KEY: Secret = {
  name: 'RSA_KEY',
  form: 'base64url of an RSA private key (PKCS#8, DER) of 2048 bits or more',
  draw: drawRsaKey,
  isGood: (text) => parseRsaKey(text) !== undefined,
};

export const SECRETS: readonly Secret[] = [MASTER_KEY, RSA_KEY];

function drawRsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
}

/**
 * Takes a secret for a first deploy from the environment, for a team that keeps its own, or draws one.
 *
 * @throws Failure if the one in the environment is none; the message doesn't repeat it
 */
export function chooseSecret(secret: Secret, given: string | undefined): string {
  if (given === undefined || given === '') return secret.draw();
  if (secret.isGood(given)) return given;
  throw new Failure(`${secret.name} in the environment is not ${secret.form}; mend it or unset it`);
}
