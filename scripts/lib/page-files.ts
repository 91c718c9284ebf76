import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './project.ts';

/** Bundles each script, style sheet and picture of a page, with all that it imports: `keys.ts` becomes `keys.js`. */
export async function bundlePageFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...(await listFiles('src/pages/islands')), ...(await listFiles('src/pages/assets'))],
    entryNames: '[name]',
    outdir: ROOT,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    loader: { '.svg': 'copy' },
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx/dom',
    legalComments: 'none',
    write: false,
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
}

/** The files of a folder itself; what is in folders below it, these import. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
}
