import type { Scheme } from './scheme.ts';

/**
 * Basic, in UTF-8. The user-id ends at the first colon; a password may hold more of them.
 *
 * @see RFC 7617 sections 2 and 2.1
 */
export const basic: Scheme = {
  name: 'basic',
  challenge: (realm) => `Basic realm="${realm}", charset="UTF-8"`,
  parseCredentials(credentials) {
    const userPass = decodeUtf8(credentials);
    const colon = userPass?.indexOf(':') ?? -1;
    if (userPass === undefined || colon < 0 || hasControlCharacter(userPass)) return undefined;
    return { username: userPass.slice(0, colon), password: userPass.slice(colon + 1) };
  },
};

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
