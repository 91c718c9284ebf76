import { randomBytes } from 'node:crypto';
import { parseMasterKey } from '../../src/core/settings/master-key.ts';
import { Failure } from './failure.ts';

/** Draws a `MASTER_KEY`: 32 random bytes, base64url. */
export function drawMasterKey(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Takes the key for a first deploy from the environment, for a team that keeps its own, or draws one.
 *
 * @throws Failure if the one in the environment is none; the message doesn't repeat it
 */
export function chooseMasterKey(given: string | undefined): string {
  if (given === undefined || given === '') return drawMasterKey();
  if (parseMasterKey(given)) return given;
  throw new Failure(
    'MASTER_KEY in the environment is not base64url of 32 bytes or more; mend it or unset it',
  );
}
