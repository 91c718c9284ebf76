import { inject } from 'vitest';
import { ROOT } from '../../../scripts/lib/project.ts';
import { startMiniflareIssuer } from '../../support/miniflare-issuer.ts';
import { FaultyProxy } from './faulty-proxy.ts';

export type BrowserIssuer = {
  /** Its origin, as a browser sees it. */
  url: string;
  /** The network between it and the browser. */
  network: FaultyProxy;
  /** Makes a client the operator's own. */
  adopt(clientId: string): Promise<unknown>;
  stop(): Promise<void>;
};

/**
 * Starts an issuer of its own, with empty storage, behind a network that can be made to fail.
 *
 * @param settings over the defaults, as in `wrangler.toml`
 */
export async function startIssuer(settings: Readonly<Record<string, string>> = {}): Promise<BrowserIssuer> {
  const miniflare = await startMiniflareIssuer({
    root: ROOT,
    bundle: inject('workerBundle'),
    bindings: settings,
  });
  const network = await FaultyProxy.start(await miniflare.ready);
  const stop = async () => {
    await network.stop();
    await miniflare.dispose();
  };
  const adopt = async (clientId: string) => {
    const directory = await miniflare.getD1Database('DIRECTORY');
    return directory
      .prepare('UPDATE clients SET is_first_party = 1 WHERE client_id = ?')
      .bind(clientId)
      .run();
  };
  return { url: network.url, network, adopt, stop };
}
