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

/** A command of a document, against the server that runs here. */
async function readCommand(path: string, name: string): Promise<string> {
  const document = await readFile(join(ROOT, path), 'utf8');
  const [, lines = ''] =
    new RegExp(`<!-- test: ${name} -->\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(document) ?? [];
  return (
    lines
      .replace('http://localhost:8787', server.url)
      // For want of a person who types it in.
      .replace('ADMIN=alice', `ADMIN='alice:${PASSWORD}'`)
  );
}

it('an operator gets a first client by the one command of the document', async () => {
  const command = await readCommand('docs/oauth.md', 'first client');
  await new Visitor(server.url).register('alice', PASSWORD);
  const early = await runCommand('bash', ['-c', command]);
  expect(early.stdout).toContain('"error":"insufficient_scope"');

  await server.restart({ ADMINS: 'alice' });
  const { stdout, code } = await runCommand('bash', ['-c', command]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ client_id: 'shop', client_secret: expect.any(String) });
});

it('an operator signs a user out at once by the one command of the document', async () => {
  const registered = await fetch(`${server.url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'mallory', password: PASSWORD }),
  });
  const { access_token, refresh_token } = (await registered.json()) as Record<string, string>;
  const me = () => fetch(`${server.url}/auth/me`, { headers: { authorization: `Bearer ${access_token}` } });
  expect((await me()).status).toBe(200);
  const { stdout, code } = await runCommand('bash', [
    '-c',
    await readCommand('docs/operations.md', 'sign out at once'),
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^HTTP\/1.1 204 /);
  expect((await me()).status).toBe(401);
  const refreshed = await fetch(`${server.url}/auth/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh_token }),
  });
  expect([refreshed.status, await refreshed.json()]).toEqual([
    400,
    expect.objectContaining({ error: 'invalid_grant' }),
  ]);
});
