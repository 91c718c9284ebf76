import { base64url } from 'jose';

/**
 * What is kept of a secret that was drawn here: its SHA-256. The secret has 256 random bits, so there is nothing to guess
 * and a slow hash would buy nothing.
 */
export async function hashSecret(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return base64url.encode(new Uint8Array(digest));
}

/** Compares in constant time. `hash` undefined: the same work, never true. */
export async function isSecret(presented: string, hash: string | undefined): Promise<boolean> {
  const actual = await hashSecret(presented);
  const expected = hash ?? '';
  let difference = actual.length ^ expected.length;
  for (let at = 0; at < actual.length; at += 1) difference |= actual.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0 && hash !== undefined;
}
