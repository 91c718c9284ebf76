import { randomBytes } from 'node:crypto';

/** Draws a `MASTER_KEY`: 32 random bytes, base64url. */
export function drawMasterKey(): string {
  return randomBytes(32).toString('base64url');
}
