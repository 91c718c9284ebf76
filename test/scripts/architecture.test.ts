import { describe, expect, it } from 'vitest';
import {
  findCycles,
  importsOf,
  readTree,
  type Tree,
  targetOf,
  withoutComments,
} from '../support/source-tree.ts';

type Layer = 'core' | 'schemes' | 'adapters' | 'http' | 'contract' | 'pages' | 'sdk' | 'verify' | 'index';

/** STYLE.md: core ← schemes, adapters ← http, pages ← index. `sdk` and `verify` stand apart; what `verify` takes of the pure layers is held small by test/scripts/verify-size.test.ts. Nobody takes anything of the contract: it is read when the assets are made. */
const MAY_IMPORT: Record<Layer, readonly Layer[]> = {
  core: ['core'],
  schemes: ['schemes', 'core'],
  adapters: ['adapters', 'core'],
  pages: ['pages', 'core', 'schemes'],
  http: ['http', 'pages', 'schemes', 'core'],
  contract: ['contract', 'http', 'schemes', 'core'],
  sdk: ['sdk'],
  verify: ['verify', 'schemes', 'core'],
  index: ['index', 'http', 'pages', 'schemes', 'adapters', 'core'],
};

/** Where no I/O and no framework may come in. */
const PURE_LAYERS: readonly Layer[] = ['core', 'schemes'];
const IMPURE_PACKAGE = /^(cloudflare:|node:|hono(\/|$)|drizzle-orm(\/|$)|bowser$)/;
/** Hashing is arithmetic, and this file takes nothing else of the platform. */
const PLATFORM_HASH = 'src/schemes/hash.ts';
const HASH_IMPORT = "import { createHash } from 'node:crypto';\n";
const IMPURE_CODE: readonly [pattern: RegExp, why: string][] = [
  [
    /\b(KVNamespace|DurableObject\w*|SqlStorage|D1\w+|R2\w+|RateLimit|Fetcher|ExecutionContext|ExportedHandler|WebSocketPair|Cloudflare\.\w+)\b/,
    'is a type of Workers: describe what is needed as a port of core',
  ],
  [
    /\bDate\.now\b|\bnew Date(\(\s*\)|(?!\s*\())|(?<!new )\bDate\(|\bperformance\.now\b/,
    'reads a clock: take `now` as an argument',
  ],
  [/\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/, 'draws lots: take the value as an argument'],
  [
    /\bfetch\(|\bset(Timeout|Interval|Immediate)\(|\bqueueMicrotask\(|\bconsole\./,
    'is I/O: leave it to an adapter',
  ],
  [
    /\bprocess\.|\bimport\.meta\b|\bglobalThis\b/,
    'looks into its surroundings: take the value as an argument',
  ],
];

function layerOf(path: string): Layer | undefined {
  if (path.startsWith('src/http/contract/')) return 'contract';
  const [, folder = ''] = path.split('/');
  if (path.split('/').length === 2) return path === 'src/index.ts' ? 'index' : undefined;
  return Object.keys(MAY_IMPORT).find((layer): layer is Layer => layer === folder);
}

function findViolations(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) => {
    const layer = layerOf(path);
    if (!layer) return [`${path}: belongs to no layer of STYLE.md; put it into src/core, src/schemes, …`];
    return [
      ...importsOf(text).flatMap((specifier) => importViolations(tree, path, layer, specifier)),
      ...(PURE_LAYERS.includes(layer) ? impurities(path, text) : []),
    ];
  });
}

function importViolations(tree: Tree, path: string, layer: Layer, specifier: string): string[] {
  const target = targetOf(path, specifier);
  if (target === undefined) {
    const isHash = path === PLATFORM_HASH && isHashImport(tree.get(path) ?? '');
    const isImpure = PURE_LAYERS.includes(layer) && IMPURE_PACKAGE.test(specifier) && !isHash;
    return isImpure ? [`${path}: imports '${specifier}', but src/${layer} is pure`] : [];
  }
  if (!tree.has(target)) return [`${path}: imports '${specifier}', which is not under src`];
  const targetLayer = layerOf(target);
  if (targetLayer === undefined || !MAY_IMPORT[layer].includes(targetLayer)) {
    const allowed = MAY_IMPORT[layer].join(', ');
    return [`${path}: imports ${target}, but src/${layer} may import only ${allowed}`];
  }
  const isOtherScheme = layer === 'schemes' && isScheme(tree.get(target) ?? '');
  return isOtherScheme
    ? [`${path}: imports the scheme ${target}; what both need goes into a third file`]
    : [];
}

function isHashImport(text: string): boolean {
  return text.startsWith(HASH_IMPORT) && importsOf(text).length === 1;
}

/** A module that is a door of its own, not a helper of the doors. */
function isScheme(text: string): boolean {
  return /\bexport (const \w+: Scheme\b|function \w+\([^)]*\): Scheme\b)/.test(text);
}

function impurities(path: string, text: string): string[] {
  const code = withoutComments(text);
  return IMPURE_CODE.flatMap(([pattern, why]) => {
    const found = pattern.exec(code)?.[0];
    return found === undefined ? [] : [`${path}: '${found}' ${why}`];
  });
}

/** An empty list, or a message that says what to do. */
function expectNone(problems: readonly string[], rule: string): void {
  expect(
    problems,
    `\n${rule} (STYLE.md, "How it reads here"):\n${problems.map((each) => `- ${each}`).join('\n')}\n`,
  ).toEqual([]);
}

describe('the tree shows the architecture', () => {
  const tree = readTree('src');

  it('is read at all', () => {
    expect(tree.size).toBeGreaterThan(40);
    const imports = [...tree].flatMap(([, text]) => importsOf(text));
    expect(imports.length).toBeGreaterThan(100);
    for (const layer of ['core', 'schemes', 'adapters', 'http', 'pages', 'index'])
      expect([...tree.keys()].map(layerOf)).toContain(layer);
  });

  it('imports point inwards only, and core and schemes are pure', () => {
    expectNone(
      findViolations(tree),
      'src/core ← src/schemes, src/adapters ← src/http, src/pages ← src/index.ts',
    );
  });

  it('has no import cycles', () => {
    expectNone(findCycles(tree), 'No file imports itself, by whatever detour');
  });
});

describe('the rule itself finds', () => {
  const base: [string, string][] = [
    ['src/index.ts', ''],
    ['src/core/a.ts', ''],
    ['src/adapters/kv.ts', ''],
    ['src/http/app.ts', ''],
    ['src/http/contract/openapi.ts', ''],
    ['src/schemes/scheme.ts', 'export type Scheme = { name: string };'],
    [
      'src/schemes/basic.ts',
      "import type { Scheme } from './scheme.ts';\nexport const basic: Scheme = { name: 'basic' };",
    ],
  ];
  const violations = (path: string, text: string) => findViolations(new Map([...base, [path, text]]));

  it('nothing in a good tree', () => {
    expect(violations('src/core/b.ts', "import { a } from './a.ts';\nimport * as v from 'valibot';")).toEqual(
      [],
    );
    expect(
      violations('src/core/b.ts', '/* KVNamespace */ // Date.now()\nconst at = new Date(now * 1_000);'),
    ).toEqual([]);
    expect(violations('src/core/b.ts', "const docs = 'https://example.com'; const update = 1;")).toEqual([]);
    expect(violations('src/index.ts', "import './adapters/kv.ts'; import './http/app.ts';")).toEqual([]);
    expect(violations('src/schemes/hash.ts', HASH_IMPORT)).toEqual([]);
  });

  it.each([
    ['core that imports an adapter', 'src/core/b.ts', "import { kv } from '../adapters/kv.ts';"],
    ['core that imports a type of http', 'src/core/b.ts', "import type { App } from '../http/app.ts';"],
    ['core that imports lazily', 'src/core/b.ts', "const kv = await import('../adapters/kv.ts');"],
    ['core that re-exports', 'src/core/b.ts', "export * from '../adapters/kv.ts';"],
    ['core that imports for an effect', 'src/core/b.ts', "import '../adapters/kv.ts';"],
    ['core that imports over several lines', 'src/core/b.ts', "import {\n  kv,\n} from '../adapters/kv.ts';"],
    ['core with a binding', 'src/core/b.ts', "import { env } from 'cloudflare:workers';"],
    ['core with Node', 'src/core/b.ts', "import { scryptSync } from 'node:crypto';"],
    ['a hash that draws lots', 'src/schemes/hash.ts', "import { randomBytes } from 'node:crypto';"],
    ['a scheme that hashes by itself', 'src/schemes/digest.ts', "import { createHash } from 'node:crypto';"],
    ['core with hono', 'src/core/b.ts', "import { setCookie } from 'hono/cookie';"],
    ['core with drizzle', 'src/core/b.ts', "import { eq } from 'drizzle-orm';"],
    ['core with KV', 'src/core/b.ts', 'type Store = { kv: KVNamespace };'],
    ['core with an object', 'src/core/b.ts', 'let state: DurableObjectState;'],
    ['core with D1', 'src/core/b.ts', 'let db: D1Database;'],
    ['core with a clock', 'src/core/b.ts', 'const now = Date.now();'],
    ['core with a date of now', 'src/core/b.ts', 'const now = new Date();'],
    ['core with a date of now, written oddly', 'src/core/b.ts', 'const now = +new Date;'],
    ['core with randomness', 'src/core/b.ts', 'const id = crypto.randomUUID();'],
    ['core with a request', 'src/core/b.ts', 'await fetch(url);'],
    ['core with a timer', 'src/core/b.ts', 'setTimeout(run, 10);'],
    ['a scheme that imports an adapter', 'src/schemes/digest.ts', "import { kv } from '../adapters/kv.ts';"],
    ['a scheme that imports another', 'src/schemes/digest.ts', "import { basic } from './basic.ts';"],
    ['an adapter that imports http', 'src/adapters/d1.ts', "import { app } from '../http/app.ts';"],
    ['http that builds an adapter', 'src/http/b.ts', "import { kv } from '../adapters/kv.ts';"],
    ['http that carries the contract', 'src/http/b.ts', "import './contract/openapi.ts';"],
    ['a page that builds an adapter', 'src/pages/b.tsx', "import { kv } from '../adapters/kv.ts';"],
    ['a page that imports http', 'src/pages/b.tsx', "import { app } from '../http/app.ts';"],
    ['anybody who imports the Worker', 'src/http/b.ts', "import worker from '../index.ts';"],
    ['the SDK that imports core', 'src/sdk/b.ts', "import { a } from '../core/a.ts';"],
    ['an import of a file that is not there', 'src/core/b.ts', "import { x } from './x.ts';"],
    ['an import from the tests', 'src/core/b.ts', "import { x } from '../../test/x.ts';"],
    ['a folder of its own', 'src/utils/b.ts', ''],
    ['a second file beside index.ts', 'src/helpers.ts', ''],
  ])('%s', (_, path, text) => {
    expect(violations(path, text)).toEqual([expect.stringContaining(`${path}: `)]);
  });

  it('a hash that draws lots too', () => {
    const text = `${HASH_IMPORT}const { randomBytes } = await import('node:crypto');`;
    expect(violations('src/schemes/hash.ts', text)).not.toEqual([]);
  });

  it('cycles, long and short, each once', () => {
    const chain: [string, string][] = [
      ['src/core/a.ts', "import './b.ts';"],
      ['src/core/b.ts', "import type { C } from './c.ts';"],
      ['src/core/c.ts', "import './a.ts'; import './d.ts';"],
      ['src/core/d.ts', "import './d.ts';"],
    ];
    expect(findCycles(new Map(chain))).toEqual([
      'src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts',
      'src/core/d.ts → src/core/d.ts',
    ]);
  });
});
