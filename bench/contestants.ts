import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../scripts/lib/project.ts';

/** A Worker that is measured: how it is built, and what it is bound to. */
export type Contestant = {
  name: ContestantName;
  /** TypeScript to be bundled, or nothing for edgemint, which is measured as it is deployed. */
  source?: string;
  kv?: string;
};

export const CONTESTANT_NAMES = [
  'edgemint',
  'floor',
  'openauth',
  'workers-oauth-provider',
  'verify',
] as const;
export type ContestantName = (typeof CONTESTANT_NAMES)[number];

export const CONTESTANTS: Record<ContestantName, Contestant> = {
  edgemint: { name: 'edgemint' },
  floor: { name: 'floor', source: 'bench/workers/floor.ts', kv: 'STORE' },
  openauth: { name: 'openauth', source: 'bench/workers/openauth.js', kv: 'STORE' },
  'workers-oauth-provider': {
    name: 'workers-oauth-provider',
    source: 'bench/workers/workers-oauth-provider.js',
    kv: 'OAUTH_KV',
  },
  verify: { name: 'verify', source: 'bench/workers/verify.ts', kv: 'STORE' },
};

/** @returns the Worker's one module */
export async function bundleOf({ source }: Contestant): Promise<string> {
  if (source === undefined) return readFile(join(ROOT, 'dist/worker/index.js'), 'utf8');
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
  return result.outputFiles[0]?.text ?? '';
}
