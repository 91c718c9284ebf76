/**
 * Strict reading of compact serialisations. A lenient decoder gives one token many spellings
 * (padding, spaces, unused bits of the last character); here each token has one.
 *
 * @see RFC 7515 section 2 (base64url without padding), RFC 4648 section 3.5 (canonical encoding)
 */
export function isCompact(token: string, parts: 3 | 5): boolean {
  if (!(parts === 3 ? THREE : FIVE).test(token)) return false;
  for (let begin = 0; begin <= token.length; ) {
    const dot = token.indexOf('.', begin);
    const end = dot < 0 ? token.length : dot;
    if (!isCanonicalEnd(end - begin, token.charAt(end - 1))) return false;
    begin = end + 1;
  }
  return true;
}

/** One look at each character. */
const THREE = /^[\w-]*\.[\w-]*\.[\w-]*$/;
const FIVE = /^[\w-]*(?:\.[\w-]*){4}$/;

/** A last character that stands for fewer than 6 bits has zeros in the others. */
export function isCanonicalEnd(length: number, last: string): boolean {
  switch (length % 4) {
    case 0:
      return true;
    case 2:
      return 'AQgw'.includes(last);
    case 3:
      return 'AEIMQUYcgkosw048'.includes(last);
    default:
      return false;
  }
}
