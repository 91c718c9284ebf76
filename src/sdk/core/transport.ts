/** Where the refresh token is: in an HttpOnly cookie of the issuer, or in the memory of this page alone. */
export type Transport = 'cookie' | 'memory';

/**
 * The cookie reaches the issuer only from pages of its own site. Without a list of public suffixes the site is told by the last two
 * labels; where that errs (`a.co.uk` and `b.co.uk`) the issuer refuses the first sign-in and says so.
 */
export function defaultTransport(issuer: URL, page: URL): Transport {
  const isSameSite = issuer.protocol === page.protocol && siteOf(issuer) === siteOf(page);
  return isSameSite ? 'cookie' : 'memory';
}

function siteOf({ hostname }: URL): string {
  return /^[\d.]+$|:/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.');
}
