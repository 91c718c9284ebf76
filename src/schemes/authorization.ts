/** An `Authorization` header's value, taken apart. */
export type Authorization = { scheme: string; credentials: string };

/** Longer than any credentials of ours; what is longer is refused before it is looked at. */
const LONGEST_HEADER = 8_192;

/**
 * Reads `<type> <credentials>`.
 *
 * @returns the scheme in small letters; `malformed` for anything else. Several headers come joined by commas; no scheme takes that for credentials
 * @see RFC 9110 section 11.6.2
 */
export function parseAuthorization(value: string): Authorization | 'malformed' {
  if (value.length > LONGEST_HEADER) return 'malformed';
  const match = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+) +(\S.*)$/.exec(value);
  if (match?.[1] === undefined || match[2] === undefined) return 'malformed';
  return { scheme: match[1].toLowerCase(), credentials: match[2].trimEnd() };
}
