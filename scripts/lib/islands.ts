import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './project.ts';

const ISLANDS = join(ROOT, 'src/pages/islands');

/** Bundles each script of a page, with all that it imports: `keys.ts` becomes `keys.js`. */
export async function bundleIslands(): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(ISLANDS)).filter((name) => /\.tsx?$/.test(name));
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => join(ISLANDS, name)),
    outdir: ISLANDS,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx/dom',
    legalComments: 'none',
    write: false,
  });
  return new Map(
    outputFiles.map(({ path, contents }) => [path.slice(ISLANDS.length + 1), Buffer.from(contents)]),
  );
}
