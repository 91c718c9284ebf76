import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { Failure } from './failure.ts';
import { ROOT } from './project.ts';

/** What an app pays for us, at most. */
export const LARGEST_SDK_BYTES = 4 * 1024;
/** The same, with tokens bound to a key. */
export const LARGEST_DPOP_SDK_BYTES = 4.5 * 1024;

export const SDK_FOLDER = join(ROOT, 'dist/sdk');

/** Names of members that nobody outside of the bundle sees: not the app, the issuer, the database or another tab. */
const INNER_NAMES = [
  'bearer',
  'interrupt',
  'isCookie',
  'isEverywhere',
  'isPending',
  'listeners',
  'onMessage',
  'onWake',
  'refreshToken',
  'renewal',
  'resumption',
  'sendAs',
  'tabSession',
  'timeoutMs',
  'tries',
];

const BUNDLED: BuildOptions = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'silent',
};

/**
 * Builds `edgemint/client` and `edgemint/react` into a folder, with their types.
 *
 * @returns the paths of what is in them
 * @throws Failure if they don't build
 */
export async function buildSdk(folder = SDK_FOLDER): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  const bundles = build({
    ...BUNDLED,
    absWorkingDir: ROOT,
    entryPoints: ['src/sdk/client.ts', 'src/sdk/react.ts'],
    outdir: folder,
    external: ['react'],
    sourcemap: true,
    metafile: true,
    mangleProps: new RegExp(`^(${INNER_NAMES.join('|')})$`),
  });
  const [{ metafile }] = await Promise.all([bundles, writeTypes(join(folder, 'types'))]);
  return Object.keys(metafile?.inputs ?? {});
}

/** What a bundler makes of a module, minified, and what a browser loads of that. @returns bytes, gzipped */
export async function bundledBytes(source: string): Promise<number> {
  return gzipSync(await bundle(source), { level: 9 }).length;
}

/** Bundles a piece of an app, with what it imports from node_modules, or from us. */
export async function bundle(source: string, options: BuildOptions = {}): Promise<Uint8Array> {
  const stdin = { contents: source, resolveDir: ROOT, loader: 'tsx' as const };
  const { outputFiles } = await build({ ...BUNDLED, jsx: 'automatic', ...options, stdin, write: false });
  const [file] = outputFiles ?? [];
  if (!file) throw new Failure('esbuild made no file');
  return file.contents;
}

function writeTypes(folder: string): Promise<void> {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const child = spawn(process.execPath, [compiler, '-p', 'tsconfig.sdk.json', '--outDir', folder], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Failure("the SDK's types don't build")),
    );
  });
}
