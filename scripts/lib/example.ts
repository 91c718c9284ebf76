import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './project.ts';
import { bundle } from './sdk.ts';

/** By name, the script of each example. */
const EXAMPLES = { vanilla: 'examples/vanilla/app.js', react: 'examples/react/app.tsx' } as const;

export type ExampleName = keyof typeof EXAMPLES;

export function isExample(name: string): name is ExampleName {
  return Object.hasOwn(EXAMPLES, name);
}

/**
 * An example as its app would be served, with its imports out of the built SDK.
 *
 * @param issuer takes the place of the one in the example
 * @returns files by path
 */
export async function bundleExample(name: ExampleName, issuer?: string): Promise<Record<string, string>> {
  const source = await readFile(join(ROOT, EXAMPLES[name]), 'utf8');
  const script = await bundle(issuer ? source.replace('http://localhost:8787', issuer) : source, {
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const react =
    '<!doctype html><title>A React app</title><div id="root"></div><script type="module" src="app.js"></script>';
  const page = name === 'react' ? react : await readFile(join(ROOT, 'examples/vanilla/index.html'), 'utf8');
  return { '/': page, '/app.js': Buffer.from(script).toString('utf8') };
}
