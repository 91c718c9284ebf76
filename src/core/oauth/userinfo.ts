import { hasScope } from './scope.ts';

export const USER_CLAIMS = ['sub', 'preferred_username', 'email', 'email_verified'] as const;

/**
 * What is known of a user: the username, which may be an address of theirs. Nobody checked that, and it says so.
 *
 * @see OpenID Connect Core 1.0 sections 5.1, 5.3.2 and 5.4
 */
export function userClaims(username: string, scope: string): Record<string, string | boolean> {
  const isAddress = /^[^@]+@[^@]+\.[^@.]+$/.test(username);
  return {
    sub: username,
    ...(hasScope(scope, 'profile') && { preferred_username: username }),
    ...(hasScope(scope, 'email') && isAddress && { email: username, email_verified: false }),
  };
}
