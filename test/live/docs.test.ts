import chromium from '@sparticuz/chromium';
import { type Browser, chromium as launcher } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveServer } from './support/server.ts';

const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let server: LiveServer;
let browser: Browser;

beforeAll(async () => {
  server = await LiveServer.start();
  const isCarried = process.platform === 'linux' && process.arch === 'x64';
  browser = await launcher.launch(
    isCarried
      ? { executablePath: await chromium.executablePath(), args: [...chromium.args, ...QUIET] }
      : { channel: 'chrome', args: QUIET },
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('/docs in a browser', () => {
  it('shows every operation from our own origin, and breaks no policy', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    await page.goto(`${server.url}/docs`, { waitUntil: 'networkidle' });
    const contract = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const operations = Object.values(contract.paths).flatMap(Object.keys);
    const shown = page.locator('.opblock');
    // What is fetched is still to be drawn.
    await shown.nth(operations.length - 1).waitFor();
    expect(await shown.count()).toBe(operations.length);
    expect(complaints).toEqual([]);
    expect([...hosts].filter((host) => host !== 'null')).toEqual([server.url]);
    await page.close();
  });
});
