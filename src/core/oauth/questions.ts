import type { AuthorizationRequest } from './authorization-request.ts';
import { type Client, isPublic } from './client.ts';
import { isAllowed } from './consents.ts';
import { isLoopbackUri } from './redirect-uri.ts';

export type SignInState = { username: string; authTime: number } | undefined;

/**
 * Whether the user must sign in (again) before they can be asked.
 *
 * @param isResumed the request comes back from `/signin`, so a sign-in since it began is one that it asked for
 * @see OpenID Connect Core 1.0 sections 3.1.2.1 and 3.1.2.3
 */
export function needsSignIn(
  request: AuthorizationRequest,
  signIn: SignInState,
  isResumed: boolean,
  now: number,
): boolean {
  if (!signIn) return true;
  const isFresh = isResumed && signIn.authTime >= request.beganAt;
  if (request.expectedUser !== undefined && request.expectedUser !== signIn.username) return true;
  const isAsked = request.prompts.includes('login') || request.prompts.includes('select_account');
  const isTooOld = request.maxAge !== undefined && now - signIn.authTime > request.maxAge;
  return (isAsked || isTooOld) && !isFresh;
}

/**
 * Whether other programs may pass for the client. A native app can't prove who it is; nor can a public client on one's own
 * machine, whatever it calls itself: any program may listen there.
 *
 * @see RFC 8252 section 8.6, RFC 6749 section 10.2
 */
export function isImitable(
  redirectUri: string,
  client: Pick<Client, 'applicationType' | 'authMethod'>,
): boolean {
  return (
    client.applicationType === 'native' ||
    !/^https?:/.test(redirectUri) ||
    (isPublic(client) && isLoopbackUri(redirectUri))
  );
}

/**
 * Whether the user must be asked: of a client that others may pass for each time.
 *
 * @param allowed what the user has allowed the client before
 */
export function needsConsent(
  request: AuthorizationRequest,
  client: Pick<Client, 'isFirstParty' | 'applicationType' | 'authMethod'>,
  allowed: string | undefined,
): boolean {
  if (request.prompts.includes('consent')) return true;
  if (client.isFirstParty) return false;
  return isImitable(request.redirectUri, client) || !isAllowed(allowed, request.scope);
}
