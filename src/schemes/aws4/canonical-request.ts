/** What a signature covers of a request. */
export type SignedRequest = {
  method: string;
  /** As it was sent, without the query. */
  path: string;
  /** As it was sent, without `?`. */
  query: string;
  /** The signed headers in the order of `SignedHeaders`, each with its values. */
  headers: readonly (readonly [name: string, values: readonly string[]])[];
  /** Hex of the body's SHA-256, or `UNSIGNED-PAYLOAD`. */
  payload: string;
};

/**
 * How the path is encoded: `twice`, normalised first, as AWS's services do, or `once` and as it is, as S3 does.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export type PathEncoding = 'twice' | 'once';

/**
 * Writes a request in the one form that both sides sign.
 *
 * @param query how its query is written, if not by AWS's rules
 */
export function canonicalRequest(
  request: SignedRequest,
  encoding: PathEncoding,
  query = canonicalQuery(request.query),
): string {
  const { method, path, headers, payload } = request;
  return [
    method,
    encoding === 'twice' ? encodeTwice(path) : encodePath(decode(path)),
    query,
    ...headers.map(([name, values]) => `${name}:${values.map(fold).join(',')}`),
    '',
    headers.map(([name]) => name).join(';'),
    payload,
  ].join('\n');
}

/** Decoded and encoded again, then sorted by name and value; a name alone has an empty value. */
export function canonicalQuery(query: string): string {
  return writeQuery(query, (part) => encode(decodeQuery(part)));
}

function writeQuery(query: string, write: (part: string) => string): string {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const name = at < 0 ? part : part.slice(0, at);
      const value = at < 0 ? '' : part.slice(at + 1);
      return [write(name), write(value)] as const;
    })
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/**
 * How clients write a query: by AWS's rules, or by these but not encoded anew (botocore), or with its parts sorted, or as it is
 * sent (curl, for long). The last three name the very bytes of the request, so they bind it no less. What some versions of curl 8 do
 * is not among them: they write `+` as `%2B`, so that `a=x+y` could be exchanged for `a=x%2By`, which means something else.
 */
export function queryForms(query: string): string[] {
  const sorted = query.split('&').toSorted(compare).join('&');
  return [canonicalQuery(query), writeQuery(query, (part) => part), sorted, query];
}

/** By code points; what is compared is ASCII. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Space around goes, and each run of it inside becomes one. */
function fold(value: string): string {
  return value.trim().replace(/[ \t\r\n]+/g, ' ');
}

/** Removes `.`, `..` and empty segments (RFC 3986 section 6), and encodes what was encoded already once more. */
function encodeTwice(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const hasClosingSlash = segments.length > 0 && path.endsWith('/');
  const normal = `/${segments.join('/')}${hasClosingSlash ? '/' : ''}`;
  return encodePath(encodeOnce(normal));
}

/** A path that came over HTTP is encoded; only what could not have come that way is encoded here. */
function encodeOnce(path: string): string {
  return toBytes(path)
    .map((byte) => (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : percent(byte)))
    .join('');
}

function encodePath(path: string | readonly number[]): string {
  return encode(path, '/');
}

/** Percent-encodes all but `A-Z a-z 0-9 - . _ ~` and `kept`. */
function encode(text: string | readonly number[], kept = ''): string {
  const bytes = typeof text === 'string' ? toBytes(text) : text;
  return bytes
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(character) || character === kept ? character : percent(byte);
    })
    .join('');
}

/** Bytes, since they need not be UTF-8. What is no escape stays. */
function decode(text: string): number[] {
  return [...text.matchAll(/%([0-9A-Fa-f]{2})|[^%]+|%/g)].flatMap(([part, hex]) =>
    hex === undefined ? toBytes(part) : [Number.parseInt(hex, 16)],
  );
}

/** In a query `+` is a space. */
function decodeQuery(text: string): number[] {
  return decode(text.replaceAll('+', ' '));
}

function toBytes(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
