import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Source by path, as in `src/core/keys/epoch.ts`. */
export type Tree = ReadonlyMap<string, string>;

/** The TypeScript below a folder of the project. */
export function readTree(folder: string): Tree {
  const root = join(import.meta.dirname, '../..');
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path));
  return new Map(paths.toSorted().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

/** Static, dynamic, type-only and side-effect imports, and re-exports. */
export function importsOf(text: string): string[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"]+)\1/g;
  return Array.from(withoutComments(text).matchAll(pattern), (match) => match[2] ?? '');
}

export function targetOf(path: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
}

/** @returns each import cycle once, as `a → b → a` */
export function findCycles(tree: Tree): string[] {
  const cycles = new Map<string, string>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const members = trail.slice(at);
      cycles.set(members.toSorted().join(), [...members, path].join(' → '));
    }
    if (at >= 0 || done.has(path)) return;
    for (const specifier of importsOf(tree.get(path) ?? '')) {
      const target = targetOf(path, specifier);
      if (target !== undefined && tree.has(target)) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return [...cycles.values()];
}
