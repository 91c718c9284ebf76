import { subscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { ROOT } from '../scripts/lib/project.ts';
import { startMiniflareIssuer } from '../test/support/miniflare-issuer.ts';
import { CONTESTANTS, type Contestant, type ContestantName } from './contestants.ts';

/** What a process that serves one contestant is told. */
export type HostOrder = {
  name: ContestantName;
  /** The bundled Worker. */
  module: string;
  /** Where its state is kept. */
  folder: string;
  bindings: Readonly<Record<string, string>>;
};

/** What it answers, once it serves. */
export type Serving = {
  url: string;
  /** From the start of workerd's process to the first answer. */
  startSeconds: number;
};

/** Serves one contestant in a process of its own, without wrangler between, and watches how it starts. */
const order = JSON.parse(process.argv[2] ?? '') as HostOrder;
const port = await findPort();
let startedAt = 0;
let firstAnswer: Promise<number> | undefined;
subscribe('child_process', () => {
  startedAt = performance.now();
  firstAnswer ??= untilAnswered(`http://127.0.0.1:${port}/.well-known/oauth-authorization-server`);
});
process.once('disconnect', () => process.exit());
const miniflare = await start(order);
await miniflare.ready;
const startSeconds = ((await firstAnswer) ?? Number.NaN) / 1_000;
process.send?.({ url: `http://127.0.0.1:${port}`, startSeconds } satisfies Serving);

/** The same for all, but for the bindings. */
async function start({ name, module, folder, bindings }: HostOrder): Promise<Miniflare> {
  // Asset routing is Cloudflare's own and stands before a Worker: it is left off for all.
  if (name === 'edgemint' || name === 'guarded-floor')
    return startMiniflareIssuer({
      ...{ root: ROOT, bundle: module, folder, port, bindings },
      ...{ assets: false, migrate: false },
    });
  const { kv }: Contestant = CONTESTANTS[name];
  const options = convertV4MiniflareOptions({
    modules: [{ type: 'ESModule', path: '/worker.js', contents: await readFile(module, 'utf8') }],
    modulesRoot: '/',
    compatibilityDate: '2026-10-23',
    compatibilityFlags: ['nodejs_compat'],
    host: '127.0.0.1',
    port,
    kvNamespaces: kv === undefined ? [] : [kv],
    bindings: { ...bindings },
  });
  return new Miniflare({ ...options, logRequests: false, resourcePersistencePath: folder });
}

/** Asks until there is an answer. @returns milliseconds since the process started */
async function untilAnswered(url: string): Promise<number> {
  for (;;) {
    try {
      await (await fetch(url)).text();
      return performance.now() - startedAt;
    } catch {
      await pause(2);
    }
  }
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
