/**
 * Bearer, as resources answer it.
 *
 * @see RFC 6750 section 3
 */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope';

/** @returns whether the credentials have the form of a bearer token (RFC 6750 section 2.1, b64token) */
export function isBearerToken(credentials: string): boolean {
  return /^[A-Za-z0-9._~+/-]+=*$/.test(credentials);
}

/** A challenge. A request that carried no authentication learns no error (RFC 6750 section 3.1). */
export function bearerChallenge(
  realm: string,
  error?: { code: BearerError; description: string; scope?: string },
): string {
  if (!error) return `Bearer realm="${realm}"`;
  const scope = error.scope === undefined ? '' : `, scope="${error.scope}"`;
  return `Bearer error="${error.code}", error_description="${error.description}"${scope}`;
}
