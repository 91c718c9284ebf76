import { parseRsaKey } from '../keys/rsa-key.ts';
import { parseMasterKey } from './master-key.ts';
import type { SigningAlg } from './settings.ts';

export type Secrets = {
  masterKey: Uint8Array<ArrayBuffer>;
  previousMasterKey: Uint8Array<ArrayBuffer> | undefined;
  rsaKey: Uint8Array<ArrayBuffer> | undefined;
  previousRsaKey: Uint8Array<ArrayBuffer> | undefined;
};

export type SecretsOutcome = { ok: true; secrets: Secrets } | { ok: false; problems: string[] };

/**
 * Checks the secrets; the problems name them and repeat nothing of them.
 *
 * @param signingAlg what they must be able to sign with, where the settings could be read
 */
export function parseSecrets(
  env: Readonly<Record<string, unknown>>,
  signingAlg?: SigningAlg,
): SecretsOutcome {
  const { MASTER_KEY, MASTER_KEY_PREVIOUS, RSA_KEY, RSA_KEY_PREVIOUS } = env;
  const masterKey = parseMasterKey(MASTER_KEY);
  const hasPrevious = Boolean(MASTER_KEY_PREVIOUS) && MASTER_KEY_PREVIOUS !== MASTER_KEY;
  const previousMasterKey = hasPrevious ? parseMasterKey(MASTER_KEY_PREVIOUS) : undefined;
  const rsaKey = RSA_KEY ? parseRsaKey(RSA_KEY) : undefined;
  const hasPreviousRsa = Boolean(RSA_KEY_PREVIOUS) && RSA_KEY_PREVIOUS !== RSA_KEY;
  const previousRsaKey = hasPreviousRsa ? parseRsaKey(RSA_KEY_PREVIOUS) : undefined;
  const problems: string[] = [];
  if (!masterKey)
    problems.push('MASTER_KEY must be a secret of 32 random bytes in base64url; `npm run deploy` makes one');
  if (hasPrevious && !previousMasterKey) problems.push('MASTER_KEY_PREVIOUS must be an earlier MASTER_KEY');
  if (hasPreviousRsa && !previousRsaKey) problems.push('RSA_KEY_PREVIOUS must be an earlier RSA_KEY');
  if (!rsaKey && (RSA_KEY || signingAlg === 'RS256'))
    problems.push(
      'RSA_KEY must be a PKCS#8 RSA key of 2048 bits or more, in base64url; `npm run deploy` makes one',
    );
  return masterKey && problems.length === 0
    ? { ok: true, secrets: { masterKey, previousMasterKey, rsaKey, previousRsaKey } }
    : { ok: false, problems };
}
