import { isLoopbackHost } from '../settings/loopback.ts';

const LONGEST_URI = 2_048;
/** The characters of RFC 3986, section 2; no asterisk, which somebody would take for a wildcard. */
const URI_CHARACTERS = /^[\w.~:/?[\]@!$&'()+,;=%-]+$/;
/** RFC 8252 section 7.3: an http URI of one's own machine, in its parts. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?((?:[/?].*)?)$/;
const LOOPBACK_LITERAL = /^http:\/\/(127\.0\.0\.1|\[::1\])[:/?]/;

/**
 * Says whether a client may register a redirect URI: https anywhere, http on one's own machine, or a private-use scheme
 * of a native app, which holds a dot (`com.example.app:/callback`). No fragment, no userinfo, no dot segments.
 *
 * @see RFC 6749 section 3.1.2, RFC 8252 sections 7.1 to 7.3, RFC 9700 section 4.1.3
 */
export function isRedirectUri(text: string): boolean {
  if (text.length > LONGEST_URI || !URI_CHARACTERS.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '' || hasDotSegment(text)) return false;
  // A parser that mends the text would send the browser somewhere else than what was registered and shown.
  if (protocol === 'https:') return /^https:\/\/[^/]/.test(text) && hostname !== '';
  if (protocol === 'http:') return isLoopbackHost(hostname) && LOOPBACK.test(text);
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol) && text.startsWith(protocol);
}

/** Special-use names (RFC 6761, RFC 6762, RFC 8375) and those that are used inside of networks. */
const INTERNAL_NAME = /\.(localhost|local|internal|lan|arpa)$/;

/**
 * Says whether the issuer may call an address that a client named: https at a public name, never at an IP address; or, where
 * the issuer is itself on one's own machine, that machine.
 */
export function isCallable(text: string, isLocal: boolean): boolean {
  if (!isRedirectUri(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (isLocal && isLoopbackHost(hostname)) return /^https?:$/.test(protocol);
  return (
    protocol === 'https:' && /^([a-z\d-]+\.)+[a-z][a-z\d-]*$/.test(hostname) && !INTERNAL_NAME.test(hostname)
  );
}

function hasDotSegment(text: string): boolean {
  const [path = ''] = text.split(/[?#]/);
  return path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}

/**
 * Finds the registered redirect URI that a request means: the same, character by character. Only the port of a loopback
 * address may differ, as a native app can't know it before it listens; of `localhost` only for clients that say they are native.
 *
 * @see RFC 9700 section 2.1, RFC 8252 sections 7.3 and 8.3
 */
export function matchesRedirectUri(
  registered: readonly string[],
  presented: string,
  applicationType: 'web' | 'native',
): boolean {
  if (registered.includes(presented)) return true;
  if (!isRedirectUri(presented)) return false;
  if (applicationType !== 'native' && !LOOPBACK_LITERAL.test(`${presented}/`)) return false;
  const wanted = withoutPort(presented);
  return wanted !== undefined && registered.some((uri) => withoutPort(uri) === wanted);
}

/** Whether whatever program listens there on one's own machine gets what is sent to it. @see RFC 8252 section 7.3 */
export function isLoopbackUri(uri: string): boolean {
  return LOOPBACK.test(uri);
}

function withoutPort(uri: string): string | undefined {
  const match = LOOPBACK.exec(uri);
  return match ? `${match[1]}${match[2]}` : undefined;
}

/** What people know a redirect URI by: its host, or the scheme of a native app. */
export function destinationOf(redirectUri: string): string {
  const { host, protocol } = new URL(redirectUri);
  return host === '' ? protocol : host;
}

/** RFC 6749 section 3.1.2: what was in the query stays. */
export function withParameters(uri: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString();
  if (query === '') return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
}
