/**
 * Whether a resource refused the access token itself. Across origins the resource must expose the header (CORS).
 *
 * @see RFC 6750 section 3.1
 */
export function isInvalidToken({ status, headers }: Response): boolean {
  return status === 401 && /\berror="?invalid_token\b/i.test(headers.get('www-authenticate') ?? '');
}
