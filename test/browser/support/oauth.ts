import type { BrowserIssuer } from './issuer.ts';

/** RFC 7636 appendix B: nobody redeems the codes of these apps. */
const PKCE = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };

/**
 * Registers a public client.
 *
 * @param metadata beside what makes it public (RFC 7591 section 2)
 * @returns its `client_id`
 */
export async function registerApp(
  { url }: BrowserIssuer,
  metadata: { redirect_uris: readonly string[] } & Record<string, unknown>,
): Promise<string> {
  const response = await fetch(`${url}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...metadata, token_endpoint_auth_method: 'none' }),
  });
  return ((await response.json()) as { client_id: string }).client_id;
}

/** Where an app sends its users (RFC 6749 section 4.1.1): a path, of what it asks beside a code. */
export function authorizationPath(
  asked: { client_id: string; redirect_uri: string } & Record<string, string>,
): string {
  return `/oauth/authorize?${new URLSearchParams({ response_type: 'code', scope: 'openid', ...PKCE, ...asked })}`;
}
