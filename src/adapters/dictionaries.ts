import type { Dictionaries } from '../core/passwords/strength.ts';

/** The password dictionaries, read when they are first needed. */
export type DictionarySource = { load(): Promise<Dictionaries> };

/** The host is never resolved: a service binding only looks at the path. */
const ADDRESS = 'https://assets.local/dictionaries/en.json';

/**
 * Reads the dictionaries from the static assets, at most once while the reader lives (keep it for the isolate).
 * They are 360 KB gzipped, too much for the bundle, and most isolates never see a new password.
 *
 * @param assets the `ASSETS` binding
 * @returns a source whose `load` throws if the asset can't be read; the next call then tries again
 */
export function createDictionaries(assets: Pick<Fetcher, 'fetch'>): DictionarySource {
  let loaded: Promise<Dictionaries> | undefined;
  const load = () => {
    loaded ??= read(assets).catch((fault: unknown) => {
      loaded = undefined;
      throw fault;
    });
    return loaded;
  };
  return { load };
}

async function read(assets: Pick<Fetcher, 'fetch'>): Promise<Dictionaries> {
  const response = await assets.fetch(ADDRESS);
  if (!response.ok) {
    throw new Error(`the password dictionaries are missing (${response.status}): run "npm run assets"`);
  }
  return response.json<Dictionaries>();
}
