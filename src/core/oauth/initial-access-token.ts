import type { KeyRing } from '../keys/key-ring.ts';
import { looksSealed, seal, unseal } from '../tokens/sealed.ts';

const PURPOSE = 'initial access token';

/**
 * Makes an initial access token: whoever has it may register clients until it expires.
 *
 * @param expiresAt epoch seconds
 * @see RFC 7591 section 3
 */
export async function sealInitialAccessToken(jti: string, expiresAt: number, keys: KeyRing): Promise<string> {
  const [key] = await keys.lastingKeys(PURPOSE);
  return seal({ jti, exp: expiresAt }, key, PURPOSE);
}

/** Whether a text is an initial access token that has not expired. `now`: epoch seconds. */
export async function isInitialAccessToken(text: string, keys: KeyRing, now: number): Promise<boolean> {
  if (looksSealed(text)) return false;
  return (await unseal(text, await keys.lastingKeys(PURPOSE), now)).ok;
}
