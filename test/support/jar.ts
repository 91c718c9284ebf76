/** A browser's cookies for one host; attributes other than `Max-Age` are the tests' own affair. */
export type Jar = {
  header(): string;
  absorb(response: Response): void;
  names(): string[];
  /** The names of refresh cookies. */
  refreshNames(): string[];
  get(name: string): string | undefined;
  put(name: string, value: string): void;
  remove(name: string): void;
  copy(): Jar;
};

export function createJar(cookies: Iterable<readonly [string, string]> = []): Jar {
  const held = new Map<string, string>(cookies);
  return {
    header: () => [...held].map(([name, value]) => `${name}=${value}`).join('; '),
    absorb(response) {
      for (const { name, value, attributes } of parseSetCookies(response)) {
        if (attributes.get('max-age') === '0') held.delete(name);
        else held.set(name, value);
      }
    },
    names: () => [...held.keys()],
    refreshNames: () => [...held.keys()].filter((name) => /^(__Host-)?refresh-/.test(name)),
    get: (name) => held.get(name),
    put: (name, value) => held.set(name, value),
    remove: (name) => held.delete(name),
    copy: () => createJar(held),
  };
}

export type SetCookie = { name: string; value: string; attributes: Map<string, string> };

/** The `Set-Cookie` headers of a response; names of attributes in small letters. */
export function parseSetCookies(response: Response): SetCookie[] {
  return response.headers.getSetCookie().map((line) => {
    const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
    const attributes = rest.map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name.toLowerCase(), value];
    });
    const equals = pair.indexOf('=');
    return {
      name: pair.slice(0, equals),
      value: pair.slice(equals + 1),
      attributes: new Map(attributes),
    };
  });
}
