/** The scopes of OpenID Connect Core 1.0 (sections 3.1.2.1, 5.4, 11) that mean something here. */
export const OPENID_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const;

/** What the issuer's own routes ask for: granted by a first-party sign-in only, never to a client. */
export const RESERVED_SCOPES: readonly string[] = ['account', 'admin'];

const MOST_SCOPES = 64;

/** RFC 6749 section 3.3: `scope-token`. */
export function isScopeToken(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/.test(text);
}

/**
 * Reads a `scope` parameter.
 *
 * @returns each scope once, in the order given; `undefined` if the text is none
 * @see RFC 6749 section 3.3
 */
export function parseScope(text: string): string[] | undefined {
  const scopes = text.split(' ').filter(Boolean);
  const isGood = scopes.every(isScopeToken) && scopes.length <= MOST_SCOPES;
  return isGood ? [...new Set(scopes)] : undefined;
}

export function formatScope(scopes: readonly string[]): string {
  return scopes.join(' ');
}

/** Whether a scope, as text, holds another. */
export function hasScope(scope: string, wanted: string): boolean {
  return scope.split(' ').includes(wanted);
}

/** What of `asked` may be granted; what may not is left out, and the response says what was granted. */
export function grantable(asked: readonly string[], allowed: readonly string[]): string[] {
  return asked.filter((scope) => allowed.includes(scope) && !RESERVED_SCOPES.includes(scope));
}

/**
 * The scope of a refreshed access token: what is asked for, out of what the session has.
 *
 * @returns `undefined` if more is asked for
 * @see RFC 6749 section 6
 */
export function narrowScope(asked: string | undefined, granted: string): string | undefined {
  if (asked === undefined) return granted;
  const scopes = parseScope(asked);
  const isWithin = scopes?.every((scope) => hasScope(granted, scope)) ?? false;
  return isWithin && scopes && scopes.length > 0 ? formatScope(scopes) : undefined;
}
