/**
 * Reads a username: 1 to 64 characters of `a-z 0-9 . _ @ + -`, the first a letter or digit. Capitals become small letters.
 *
 * @returns the username as it is stored, or `undefined` if the text is none
 */
export function parseUsername(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 64) return undefined;
  const username = text.toLowerCase();
  return /^[a-z0-9][a-z0-9._@+-]{0,63}$/.test(username) ? username : undefined;
}
