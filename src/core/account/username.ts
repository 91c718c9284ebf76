/**
 * Reads a username: 1 to 64 characters of `a-z 0-9 . _ @ + -`, the first a letter or digit. Capitals become small letters.
 *
 * @returns the username as it is stored, or `undefined` if the text is none
 */
export function parseUsername(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  // Checked before it is lower-cased: some letters beyond ASCII become ASCII ones.
  return /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/.test(text) ? text.toLowerCase() : undefined;
}
