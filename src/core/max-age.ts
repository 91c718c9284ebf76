/**
 * How long an answer may be kept, by its `Cache-Control`, seconds; `undefined` if it doesn't say.
 *
 * @see RFC 9111 sections 5.1 and 5.2.2.1
 */
export function maxAgeOf(headers: Headers): number | undefined {
  const cacheControl = headers.get('Cache-Control') ?? '';
  if (/(?:^|[,\s])no-(?:store|cache)/i.test(cacheControl)) return 0;
  const maxAge = /(?:^|[,\s])max-age="?(\d{1,9})/i.exec(cacheControl)?.[1];
  if (maxAge === undefined) return undefined;
  const age = /^\d{1,9}$/.exec(headers.get('Age') ?? '')?.[0] ?? '0';
  return Math.max(0, Number(maxAge) - Number(age));
}
