import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { en } from '../src/pages/texts/en.ts';
import { ko } from '../src/pages/texts/ko.ts';
import { buildContract } from './lib/contract.ts';
import { run } from './lib/failure.ts';
import { bundlePageFiles } from './lib/page-files.ts';
import { ROOT } from './lib/project.ts';

const TARGET = join(ROOT, 'dist/assets');
const VIEWER_FILES = {
  'swagger-ui-bundle.js': 'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt': 'swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui.css': 'swagger-ui.css',
  'LICENSE.txt': 'LICENSE',
  'NOTICE.txt': 'NOTICE',
};

/** How many of each list's words are kept, the commonest first; a list not named here is kept whole. */
const KEPT_WORDS: Readonly<Record<string, number>> = {
  'commonWords-en': 20_000,
  'wikipedia-en': 10_000,
  'lastnames-en': 5_000,
};

const HEADERS = `/*
  X-Content-Type-Options: nosniff
  Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox
  Cross-Origin-Resource-Policy: same-origin
  Referrer-Policy: no-referrer
  Cache-Control: public, max-age=3600

/pages/*
  ! Cache-Control
  Cache-Control: public, max-age=0, must-revalidate
`;

/**
 * Makes `dist/assets`, what the Worker serves or reads beside its bundle: the API viewer, the password dictionaries, the
 * pages' texts, styles and scripts, the API's contract, and the headers they are served with. A page always has the version of its deploy.
 */
export async function makeAssets(): Promise<void> {
  const dictionaries = Buffer.from(JSON.stringify(await readDictionaries()));
  const files = new Map([
    ['_headers', Buffer.from(HEADERS)],
    ['dictionaries/en.json', dictionaries],
    ['dictionaries/NOTICE.txt', await readPackageFile('@zxcvbn-ts/language-en', 'NOTICE.md')],
  ]);
  for (const [language, texts] of Object.entries({ en, ko })) {
    files.set(`texts/${language}.json`, Buffer.from(JSON.stringify(texts)));
  }
  files.set('docs/openapi.json', Buffer.from(JSON.stringify(await buildContract())));
  for (const [name, source] of Object.entries(VIEWER_FILES)) {
    files.set(`docs/${name}`, await readPackageFile('swagger-ui-dist', source));
  }
  for (const [name, contents] of await bundlePageFiles()) files.set(`pages/${name}`, contents);
  await bringUpToDate(TARGET, files);
  const kilobytes = Math.round(gzipSync(dictionaries, { level: 9 }).length / 1000);
  console.log(`dist/assets: ${files.size} files, dictionaries ${kilobytes} KB gzipped`);
}

async function readDictionaries() {
  const [common, english] = await Promise.all([
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  // Without diceware: a passphrase is scored by its number of words, and most of its words are in the other lists.
  const { 'diceware-common': _, ...passwords } = common.dictionary;
  const lists = Object.entries({ ...passwords, ...english.dictionary });
  const dictionary = Object.fromEntries(
    lists.map(([name, words]) => [name, words.slice(0, KEPT_WORDS[name])]),
  );
  return { dictionary, graphs: common.adjacencyGraphs, translations: english.translations };
}

function readPackageFile(name: string, file: string): Promise<Buffer> {
  return readFile(join(ROOT, 'node_modules', name, file));
}

/** Writes only what differs and removes the rest: a server that watches the folder isn't disturbed without need. */
async function bringUpToDate(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !files.has(relative(folder, path).replaceAll(sep, '/'))) await rm(path);
  }
  for (const [name, contents] of files) {
    const path = join(folder, name);
    const present = await readFile(path).catch(() => undefined);
    if (present?.equals(contents)) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, contents);
  }
}

/** By a rename, from beside the folder, so that nobody reads half a file. */
async function writeWhole(path: string, contents: Buffer): Promise<void> {
  const fresh = `${TARGET}.${process.pid}.tmp`;
  await writeFile(fresh, contents);
  await rename(fresh, path);
}

if (import.meta.main) await run(makeAssets);
