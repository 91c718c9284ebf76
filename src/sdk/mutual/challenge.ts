/** A challenge or an `Authentication-Info` of the Mutual scheme, taken apart: names in small letters. */
export type Parameters = ReadonlyMap<string, string>;

const PARAMETER = /[ \t]*(?:,[ \t]*)*([\w*-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))[ \t]*(?=,|$)/y;

/** Finds the Mutual challenge among all of a response (RFC 9110 section 11.6.1): other schemes' may stand around it. */
export function findChallenge(header: string | null): Parameters | undefined {
  const start = /(?:^|,)[ \t]*Mutual[ \t]+/i.exec(header ?? '');
  return start ? parseParameters(header ?? '', start.index + start[0].length) : undefined;
}

/** Reads parameters until something else begins. */
export function parseParameters(text: string, from = 0): Parameters {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = from;
  for (let match = PARAMETER.exec(text); match; match = PARAMETER.exec(text)) {
    const [, name = '', quoted, token = ''] = match;
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token);
  }
  return parameters;
}
