/**
 * Strict reading of compact serialisations. A lenient decoder gives one token many spellings
 * (padding, spaces, unused bits of the last character); here each token has one.
 *
 * @see RFC 7515 section 2 (base64url without padding), RFC 4648 section 3.5 (canonical encoding)
 */
export function isCompact(token: string, parts: 3 | 5): boolean {
  const segments = token.split('.');
  return segments.length === parts && segments.every(isCanonicalBase64url);
}

function isCanonicalBase64url(text: string): boolean {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return false;
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return /[AQgw]$/.test(text);
    case 3:
      return /[AEIMQUYcgkosw048]$/.test(text);
    default:
      return false;
  }
}
