/** More than any scheme names. */
const MOST_PARAMETERS = 32;

const TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
const ELEMENT = new RegExp(
  `[ \\t]*(?:(${TOKEN})[ \\t]*=[ \\t]*(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*)?(,|$)`,
  'y',
);

/**
 * Reads a list of authentication parameters; quoted and unquoted values are the same.
 *
 * @returns the values by name in small letters, or `undefined` if it is no such list, or has a name twice
 * @see RFC 9110 sections 5.6.1, 11.2 and 11.4
 */
export function parseParameters(text: string): Map<string, string> | undefined {
  const parameters = new Map<string, string>();
  for (ELEMENT.lastIndex = 0; ; ) {
    const element = ELEMENT.exec(text);
    if (!element) return undefined;
    const [, name, token, quoted, separator] = element;
    if (name !== undefined) {
      const lower = name.toLowerCase();
      if (parameters.has(lower) || parameters.size === MOST_PARAMETERS) return undefined;
      parameters.set(lower, token ?? (quoted ?? '').replace(/\\(.)/g, '$1'));
    }
    if (separator === '') return parameters;
  }
}

/** Writes a quoted-string (RFC 9110 section 5.6.4). */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Reads the value of a parameter whose name ends in `*`.
 *
 * @returns `undefined` if it is no UTF-8
 * @see RFC 8187 section 3.2
 */
export function parseExtended(value: string): string | undefined {
  const encoded = /^utf-8'[A-Za-z0-9-]*'((?:%[0-9A-Fa-f]{2}|[A-Za-z0-9!#$&+.^_`|~-])*)$/i.exec(value)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
