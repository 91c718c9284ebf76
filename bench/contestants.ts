import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../scripts/lib/project.ts';

/** A Worker that is measured: what it is made of, and what it is bound to. */
export type Contestant = {
  /** To be bundled, or nothing for edgemint, which is measured as a deploy builds it. */
  source?: string;
  kv?: string;
};

export const CONTESTANTS = {
  edgemint: {},
  /** What no issuer can undercut that writes to KV each time. */
  floor: { source: 'bench/workers/floor.ts', kv: 'STORE' },
  /** What no issuer can undercut that has edgemint's bindings, and an object for each user. */
  'guarded-floor': { source: 'bench/workers/guarded-floor.ts' },
  openauth: { source: 'bench/workers/openauth.js', kv: 'STORE' },
  'workers-oauth-provider': { source: 'bench/workers/workers-oauth-provider.js', kv: 'OAUTH_KV' },
  /** Answers what it is told to: shows what the client and the runtime can do at most. */
  constant: { source: 'bench/workers/constant.ts' },
  verify: { source: 'bench/workers/verify.ts' },
} as const satisfies Record<string, Contestant>;

export type ContestantName = keyof typeof CONTESTANTS;

/** Bundles a Worker into a folder, before anything is measured. @returns the module's path */
export async function bundleOf(name: ContestantName | 'seed', folder: string): Promise<string> {
  if (name === 'edgemint') return join(ROOT, 'dist/worker/index.js');
  const source = name === 'seed' ? 'bench/workers/seed.ts' : CONTESTANTS[name].source;
  const result = await build({
    entryPoints: [join(ROOT, source)],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    nodePaths: [join(ROOT, 'bench/peers/node_modules')],
    minify: true,
    write: false,
    logLevel: 'error',
  });
  const path = join(folder, `${name}.js`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, result.outputFiles[0]?.contents ?? '');
  return path;
}
