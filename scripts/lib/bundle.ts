import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Failure } from './failure.ts';
import { ROOT } from './project.ts';
import { errorLine, wrangler } from './wrangler.ts';

/** Cloudflare takes 3 MB; this is our own limit, so that a library that drags in others is seen. */
export const LARGEST_GZIP_BYTES = 150 * 1024;

const FOLDER = join(ROOT, 'dist/worker');

/**
 * Builds the Worker as a deploy would, offline, and says how large it is.
 *
 * @throws Failure if it doesn't build, or is larger than it should be
 */
export async function checkBundle(flags: readonly string[] = []): Promise<void> {
  await buildWorker(FOLDER, ['--metafile', ...flags]);
  const bytes = await gzipBytes(FOLDER);
  console.log(describeSize(bytes));
  if (bytes > LARGEST_GZIP_BYTES) {
    throw new Failure('the bundle is too large; look for what it drags in in dist/worker/bundle-meta.json');
  }
}

/**
 * Builds the Worker into a folder as a deploy would, offline.
 *
 * @throws Failure if it doesn't build
 */
export async function buildWorker(folder: string, flags: readonly string[] = []): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const result = await wrangler(['deploy', '--dry-run', '--outdir', folder, ...flags]);
  if (result.code !== 0) throw new Failure(`the Worker doesn't build: ${errorLine(result)}`);
}

/** Says a size beside its limit, in KiB. */
export function describeSize(bytes: number): string {
  const kibibytes = (size: number) => `${(size / 1024).toFixed(1)} KiB`;
  return `bundle: ${kibibytes(bytes)} gzipped, of ${kibibytes(LARGEST_GZIP_BYTES)} at most`;
}

/** Counts modules only: source maps and the build's own notes aren't uploaded with the code. */
async function gzipBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => /\.(js|mjs|wasm|bin|txt)$/.test(name));
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(join(folder, name))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
