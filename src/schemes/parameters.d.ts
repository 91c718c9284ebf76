/**
 * Reads a list of authentication parameters; quoted and unquoted values are the same.
 *
 * @returns the values by name in small letters, or `undefined` if it is no such list, or has a name twice
 * @see RFC 9110 sections 5.6.1, 11.2 and 11.4
 */
export declare function parseParameters(text: string): Map<string, string> | undefined;
/** Writes a quoted-string (RFC 9110 section 5.6.4). */
export declare function quote(text: string): string;
/**
 * Reads the value of a parameter whose name ends in `*`.
 *
 * @returns `undefined` if it is no UTF-8
 * @see RFC 8187 section 3.2
 */
export declare function parseExtended(value: string): string | undefined;
