const SECONDS_IN = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/**
 * Reads a duration such as `10m`, `14d`, `90s` or `0s`.
 *
 * @param text a whole number and one unit out of `s`, `m`, `h`, `d`
 * @returns seconds, or `undefined` if the text is not such a duration
 */
export function parseDurationSeconds(text: string): number | undefined {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * SECONDS_IN[match[2] as keyof typeof SECONDS_IN];
}
