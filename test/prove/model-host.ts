import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { ROOT } from '../../scripts/lib/project.ts';
import type { CheckResult } from '../model/check.ts';
import type { Order } from '../model/worker.ts';
import { applyPatch, type Patch } from './patch.ts';

/** The random model on a workerd of its own. */
export type ModelHost = { run(order: Order): Promise<CheckResult>; stop(): Promise<void> };

/** Longer than any share of histories takes, even on a busy machine: it hangs. */
const LONGEST_ORDER_MILLISECONDS = 600_000;

/** Starts the model around the product's sources, or around a copy of them with one patch. The tree itself is not touched. */
export async function startModel(patch?: Patch): Promise<ModelHost> {
  const contents = await bundle(patch ? [patching(patch)] : []);
  const options = convertV4MiniflareOptions({
    modules: [{ type: 'ESModule', path: join(ROOT, 'model.js'), contents }],
    modulesRoot: '/',
    compatibilityDate: '2026-10-23',
    compatibilityFlags: ['nodejs_compat'],
    host: '127.0.0.1',
    port: 0,
    durableObjects: { MODEL: { className: 'Model', useSQLite: true } },
  });
  const miniflare = new Miniflare(options);
  await miniflare.ready;
  return {
    async run(order) {
      const body = JSON.stringify(order);
      const signal = AbortSignal.timeout(LONGEST_ORDER_MILLISECONDS);
      const response = await miniflare.dispatchFetch('http://model/', { method: 'POST', body, signal });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as CheckResult;
    },
    stop: () => miniflare.dispose(),
  };
}

async function bundle(plugins: Plugin[]): Promise<string> {
  const built = await build({
    entryPoints: [join(ROOT, 'test/model/worker.ts')],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    plugins,
  });
  return built.outputFiles[0]?.text ?? '';
}

function patching(patch: Patch): Plugin {
  return {
    name: 'patch',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path }) => {
        if (relative(ROOT, path).replaceAll('\\', '/') !== patch.place) return undefined;
        return { contents: applyPatch(patch, await readFile(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}
