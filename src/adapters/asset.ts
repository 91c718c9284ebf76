import { Unavailable } from '../core/unavailable.ts';

/** What is too large for the bundle and seldom asked for, read when it is first needed. */
export type Asset<T> = { load(): Promise<T> };

const RETRY_AFTER_SECONDS = 5;

/**
 * Reads a JSON file of the static assets, and keeps it while the reader lives (keep it for the isolate).
 *
 * @param assets the `ASSETS` binding
 * @param path for example `/dictionaries/en.json`
 * @returns an asset whose `load` throws `Unavailable` if it can't be read; the next call then tries again
 */
export function createAsset<T>(assets: Pick<Fetcher, 'fetch'>, path: string): Asset<T> {
  // The value, and never a promise of it: that would hang for everybody if the request that began it were given up.
  let value: T | undefined;
  return {
    async load() {
      value ??= await read<T>(assets, path).catch((cause: unknown) => {
        throw new Unavailable(`The asset ${path}`, RETRY_AFTER_SECONDS, { cause });
      });
      return value;
    },
  };
}

async function read<T>(assets: Pick<Fetcher, 'fetch'>, path: string): Promise<T> {
  // The host is never resolved: a service binding only looks at the path.
  const response = await assets.fetch(`https://assets.local${path}`);
  if (!response.ok) throw new Error(`it was answered by ${response.status}: run "npm run assets" and deploy`);
  return response.json<T>();
}
