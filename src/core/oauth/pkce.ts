import { base64url } from 'jose';

/** RFC 7636 section 4.2: SHA-256 in base64url is 43 characters. S256 is the only method there is. */
export function isCodeChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** @see RFC 7636 section 4.1 */
export function isCodeVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text);
}

/**
 * Whether a `code_verifier` belongs to a challenge.
 *
 * @see RFC 7636 section 4.6
 */
export async function verifyCodeChallenge(verifier: string, challenge: string): Promise<boolean> {
  if (!isCodeVerifier(verifier)) return false;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return base64url.encode(new Uint8Array(digest)) === challenge;
}
