import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { Failure } from './failure.ts';
import { ROOT } from './project.ts';

/** What other projects import, by its name in `exports` of package.json. What is `beside` it comes from their own node_modules. */
export const ENTRIES = {
  'edgemint/verify': { source: 'src/verify/index.ts', out: 'verify/index', beside: ['jose'] },
  'edgemint/verify/hono': { source: 'src/verify/hono.ts', out: 'verify/hono', beside: ['jose', 'hono'] },
  'edgemint/mutual': {
    source: 'src/sdk/mutual.ts',
    out: 'sdk/mutual',
    beside: ['@noble/curves', '@noble/hashes'],
  },
} as const;

export type EntryName = keyof typeof ENTRIES;

const FOLDER = join(ROOT, 'dist/package');

/** Builds all entries, with their types. @throws Failure if one doesn't build */
export async function buildPackage(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
  for (const name of Object.keys(ENTRIES) as EntryName[]) await bundle(name, false);
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  await promisify(execFile)(tsc, ['-p', 'tsconfig.package.json'], { cwd: ROOT }).catch(({ stdout }) => {
    throw new Failure(`the types don't build: ${stdout}`);
  });
}

/** @returns what an application pays for an entry: minified and gzipped, without what is beside it */
export async function gzipBytesOf(name: EntryName): Promise<number> {
  return gzipSync(await bundle(name, true), { level: 9 }).length;
}

async function bundle(name: EntryName, minify: boolean): Promise<Uint8Array> {
  const { source, out, beside } = ENTRIES[name];
  const result = await build({
    entryPoints: [join(ROOT, source)],
    outfile: join(FOLDER, `${out}.js`),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: [...beside],
    minify,
    write: !minify,
    logLevel: 'silent',
  });
  return result.outputFiles?.[0]?.contents ?? readFile(join(FOLDER, `${out}.js`));
}
