import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { ROOT } from '../scripts/lib/project.ts';
import { startMiniflareIssuer } from '../test/support/miniflare-issuer.ts';
import { bundleOf, CONTESTANTS, type ContestantName } from './contestants.ts';
import { ISSUER, MASTER_KEY, seedEdgemint } from './seed.ts';

/** Serves one contestant, in a process of its own, without wrangler between. */
const name = process.argv[2] as ContestantName;
const contestant = CONTESTANTS[name];

const miniflare =
  name === 'edgemint'
    ? await startMiniflareIssuer({
        root: ROOT,
        bundle: join(ROOT, 'dist/worker/index.js'),
        bindings: { ISSUER, MASTER_KEY },
      })
    : new Miniflare(
        convertV4MiniflareOptions({
          modules: [{ type: 'ESModule', path: '/worker.js', contents: await bundleOf(contestant) }],
          modulesRoot: '/',
          compatibilityDate: '2026-10-23',
          compatibilityFlags: ['nodejs_compat'],
          host: '127.0.0.1',
          port: 0,
          kvNamespaces: [contestant.kv ?? 'STORE'],
        }),
      );
const url = await miniflare.ready;

process.on('message', async (users: number) => {
  const store = await miniflare.getKVNamespace('REFRESH_TOKENS');
  process.send?.({ tokens: await seedEdgemint(store, users) });
});
process.once('disconnect', () => process.exit());
process.send?.({ url: `http://127.0.0.1:${url.port}` });
