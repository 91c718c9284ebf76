import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from '../../scripts/lib/package.ts';
import { answered, freePort, LiveServer, ROOT } from './support/server.ts';

const AUDIENCE = 'https://api.example.com';
let server: LiveServer;
let authorization: string;

beforeAll(async () => {
  await buildPackage();
  server = await LiveServer.start({ AUDIENCE });
  const registered = await fetch(`${server.url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'librarian', password: 'kumquat oboe 42 zither' }),
  });
  const { access_token } = (await registered.json()) as { access_token: string };
  authorization = `Bearer ${access_token}`;
});
afterAll(() => server.stop());

/** A program of docs/verifying.md, for the issuer that runs here. */
async function readProgram(name: string): Promise<string> {
  const document = await readFile(join(ROOT, 'docs/verifying.md'), 'utf8');
  const [, program] =
    new RegExp(`<!-- test: ${name} -->\\n\`\`\`js\\n([\\s\\S]*?)\`\`\``).exec(document) ?? [];
  if (program === undefined) throw new Error(`docs/verifying.md has no program for ${name}`);
  return program.replace('https://id.example.com', server.url);
}

/** As somebody's bundler would do it, with the package as it is built. */
async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: ROOT, loader: 'js' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

async function expectAnswers(call: (headers: Record<string, string>) => Promise<Response>, hello: unknown) {
  const none = await call({});
  expect([none.status, none.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('Bearer realm="api"'),
  ]);
  expect((await call({ authorization: `${authorization}x` })).status).toBe(401);
  const taken = await call({ authorization });
  expect(taken.status).toBe(200);
  expect(await taken.text()).toEqual(hello);
}

const HELLO = JSON.stringify({ hello: 'librarian' });

describe('the programs of docs/verifying.md take the issuer’s tokens, and no others', () => {
  it.each([
    ['fetch', '/'],
    ['Hono', '/orders'],
  ])('anywhere: %s', async (name, path) => {
    const text = await bundle(await readProgram(name));
    const api = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    await expectAnswers(
      async (headers) => api.default.fetch(new Request(`${AUDIENCE}${path}`, { headers })),
      HELLO,
    );
  });

  it('on Workers', async () => {
    const miniflare = new Miniflare({
      ...convertV4MiniflareOptions({
        modules: [{ type: 'ESModule', path: '/api.js', contents: await bundle(await readProgram('Worker')) }],
        modulesRoot: '/',
        compatibilityDate: '2026-10-23',
        host: '127.0.0.1',
        bindings: { ISSUER: server.url, AUDIENCE },
      }),
      logRequests: false,
    });
    try {
      await expectAnswers(
        async (headers) => fetch(new URL('/orders', String(await miniflare.ready)), { headers }),
        HELLO,
      );
    } finally {
      await miniflare.dispose();
    }
  });

  describe('on Node', () => {
    let child: ChildProcess;
    let port: number;
    beforeAll(async () => {
      port = await freePort();
      const program = (await readProgram('Node')).replace('8788', String(port));
      child = spawn('node', ['--input-type=module', '-e', program], { cwd: ROOT, stdio: 'inherit' });
      await answered(port, child);
    });
    afterAll(() => void child.kill());

    it('without a framework', () =>
      expectAnswers((headers) => fetch(`http://127.0.0.1:${port}/orders`, { headers }), 'Hello librarian\n'));

    it('whatever a request looks like', async () => {
      const twice = [`Authorization: ${authorization}`, `Authorization: ${authorization}`];
      for (const [line, headers, status] of [
        ['GET /orders', [`Authorization: ${authorization}`], 200],
        ['GET /orders', [`authorization: ${authorization.replace('Bearer', 'BEARER ')}`], 200],
        ['GET /orders', twice, 400],
        [`GET /orders?access_token=${authorization.slice(7)}`, [], 401],
        ['GET //', [], 401],
        ['GET http://evil.example/orders', [], 401],
        ['OPTIONS *', [], 401],
        ['TRACE /orders', [], 401],
        ['GET //', [`Authorization: DPoP ${authorization.slice(7)}`, 'DPoP: x'], 401],
      ] as const)
        expect([line, await statusOf(port, line, headers)]).toEqual([line, status]);
    });
  });
});

/** Sends a request as it is written. */
function statusOf(port: number, line: string, headers: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.once('end', () => resolve(Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])));
    socket.once('error', reject);
    socket.write(
      [`${line} HTTP/1.1`, 'Host: api.example.com', 'Connection: close', ...headers, '', ''].join('\r\n'),
    );
  });
}
