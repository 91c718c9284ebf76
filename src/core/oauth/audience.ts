/**
 * Whom an access token is for.
 *
 * @param asked the `resource` parameters of the token request
 * @param granted what may be asked for: what was authorized
 * @param own the issuer's own audience. A token with `openid` is for it too: `/oauth/userinfo` asks for that
 * @returns `undefined` if a resource was not granted
 * @see RFC 8707 section 2.2, RFC 9068 section 3
 */
export function decideAudience(
  asked: readonly string[],
  granted: readonly string[],
  own: string,
  isOpenId: boolean,
): string | string[] | undefined {
  if (asked.some((resource) => !granted.includes(resource))) return undefined;
  const meant = asked.length > 0 ? asked : granted;
  const audience = [...new Set(isOpenId ? [...meant, own] : meant)];
  return audience.length === 1 ? audience[0] : audience;
}

/** Characters of scopes and resources together, with which every token stays as short as those that are taken. */
const LONGEST_GRANT = 2_048;

/** Whether tokens have room for what is asked for. Scopes alone always fit: none that is longer is read. */
export function fitsTokens(scope: string, resources: readonly string[]): boolean {
  return resources.length === 0 || scope.length + JSON.stringify(resources).length <= LONGEST_GRANT;
}
