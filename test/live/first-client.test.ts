import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from './support/run.ts';
import { LiveServer, ROOT } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

const PASSWORD = 'kumquat oboe 42 zither';
let server: LiveServer;

beforeAll(async () => {
  server = await LiveServer.start();
});
afterAll(() => server.stop());

it('an operator gets a first client by the one command of the document', async () => {
  const document = await readFile(join(ROOT, 'docs/oauth.md'), 'utf8');
  const lines = /<!-- test: first client -->\n```sh\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
  const command = lines
    .replace('http://localhost:8787', server.url)
    // For want of a person who types it in.
    .replace('ADMIN=alice', `ADMIN='alice:${PASSWORD}'`);
  await new Visitor(server.url).register('alice', PASSWORD);
  const early = await runCommand('bash', ['-c', command]);
  expect(early.stdout).toContain('"error":"insufficient_scope"');

  await server.restart({ ADMINS: 'alice' });
  const { stdout, code } = await runCommand('bash', ['-c', command]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ client_id: 'shop', client_secret: expect.any(String) });
});
