/** An authorization request that is carried on is the longest. */
const LONGEST = 14_336;
/** Stands for whatever host serves the page; no path may lead away from it. */
const HERE = 'https://here.invalid';

/**
 * Reads where a page should lead back to: a path on this very origin, or nothing.
 *
 * Browsers read `//host`, `/\host` and `/<tab>/host` as another host, so anything that isn't plainly a path is refused.
 *
 * @returns the path with its query, as the URL standard spells it, or `undefined`
 * @see RFC 9700 section 4.11 (open redirection)
 */
export function parseReturnTo(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > LONGEST) return undefined;
  if (!/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(text) || !URL.canParse(text, HERE)) return undefined;
  const url = new URL(text, HERE);
  // Dots may fold into a second slash: `/.//host`.
  if (url.origin !== HERE || url.pathname.startsWith('//')) return undefined;
  return url.pathname + url.search;
}
