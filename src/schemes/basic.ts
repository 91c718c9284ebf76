import type { Scheme } from './scheme.ts';

/**
 * Basic, in UTF-8: the password itself, each time.
 *
 * @see RFC 7617 sections 2 and 2.1
 */
export const basic: Scheme = {
  name: 'basic',
  challenges: async ({ realm }) => [`Basic realm="${realm}", charset="UTF-8"`],
  async verify(credentials, { desk }) {
    const parsed = parseBasic(credentials);
    if (!parsed) return { kind: 'malformed' };
    const finding = await desk.checkPassword(parsed.username, parsed.password);
    return finding.kind === 'right' ? { kind: 'right', proven: finding.user, amr: 'pwd' } : finding;
  },
};

/**
 * The user-id ends at the first colon; a password may hold more of them.
 *
 * @returns `undefined` if the credentials are not of the scheme's form
 */
export function parseBasic(credentials: string): { username: string; password: string } | undefined {
  const userPass = decodeUtf8(credentials);
  const colon = userPass?.indexOf(':') ?? -1;
  if (userPass === undefined || colon < 0 || hasControlCharacter(userPass)) return undefined;
  return { username: userPass.slice(0, colon), password: userPass.slice(colon + 1) };
}

function decodeUtf8(token68: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token68)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(token68), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
