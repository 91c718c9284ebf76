import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserServer, chromium, type LaunchOptions } from 'playwright-core';
import { ROOT } from '../../../scripts/lib/project.ts';

const PACKAGE = '@sparticuz/chromium';

/** Nothing but what a test asks for goes over the network. The package's own `args` would turn CORS off. */
const ARGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
];

/**
 * Starts the Chromium that the tests share. On Linux x64 it comes out of an npm package, elsewhere an installed Chrome
 * is used.
 */
export async function launchChromium(): Promise<BrowserServer> {
  const options: LaunchOptions = { args: ARGS };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return chromium.launchServer({ ...options, channel: 'chrome' });
  }
  const folder = await unpackChromium();
  return chromium.launchServer({
    ...options,
    executablePath: join(folder, 'chromium'),
    // Containers and root have no namespaces for it; it shows our own pages only.
    chromiumSandbox: false,
    env: { ...process.env, FONTCONFIG_PATH: fontsOf(folder) } as Record<string, string>,
  });
}

/** A machine without any font gets the package's. */
function fontsOf(folder: string): string {
  return existsSync('/etc/fonts/fonts.conf') ? '/etc/fonts' : join(folder, 'fonts');
}

/** Unpacks it beside its place and renames it, so that nobody starts half a browser. */
async function unpackChromium(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'node_modules', PACKAGE, 'package.json'), 'utf8'));
  const parent = join(ROOT, 'dist/chromium');
  const folder = join(parent, version);
  if (existsSync(folder)) return folder;
  await mkdir(parent, { recursive: true });
  const fresh = await mkdtemp(join(parent, 'unpacking-'));
  try {
    await unpackInto(fresh);
    await rename(fresh, folder);
  } catch (fault) {
    // Another run may have been first.
    if (!existsSync(folder)) throw fault;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** The package unpacks into the folder for temporary files, as its process sees it. */
function unpackInto(folder: string): Promise<void> {
  const script = `import chromium from '${PACKAGE}'; await chromium.executablePath();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${PACKAGE} didn't unpack`))));
  });
}
