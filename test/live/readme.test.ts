import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as verify from '../../src/verify/index.ts';
import { runCommand } from './support/run.ts';
import { freePort, LiveServer, ROOT } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

let server: LiveServer;

beforeAll(async () => {
  server = await LiveServer.start({ CLIENT_REGISTRATION: 'open', AUDIENCE: 'https://api.example.com' });
});
afterAll(() => server.stop());

describe('the README', () => {
  it('shows the main job in six curl lines that work when pasted', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const lines = /<!-- test: six curl lines -->\n```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(lines.match(/^.*curl .*$/gm)).toHaveLength(6);
    const { stdout, code } = await runCommand('bash', [
      '-c',
      lines.replace('http://localhost:8787', server.url),
    ]);
    expect(code).toBe(0);
    const answers = stdout.replaceAll('\r', '').trim();
    expect(answers).toMatch(/"token_type":"Bearer".*"generation":0/);
    expect(answers).toMatch(/"token_type":"Bearer".*"generation":1/);
    expect(answers.match(/"iss":"http:\/\/localhost:\d+","sub":"ada\d*"/g)).toHaveLength(2);
    expect(answers).toMatch(/^HTTP\/1.1 204 /m);
    expect(answers).toMatch(/\{"error":"invalid_grant",[^\n]*\}$/);
  });

  it('shows an OAuth client that works when pasted', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const script = /<!-- test: OAuth client -->\n```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const port = String(await freePort());
    const code = script.replace('http://localhost:8787', server.url).replaceAll('3000', port);
    const child = spawn('node', ['--input-type=module', '-e', code], { cwd: ROOT });
    try {
      const address = await new Promise<string>((resolve, reject) => {
        let printed = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          printed += text;
          const shown = /^Open (\S+)\n/m.exec(printed)?.[1];
          if (shown !== undefined) resolve(shown);
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          printed += text;
        });
        child.once('exit', () => reject(new Error(printed)));
      });
      const visitor = new Visitor(server.url);
      await visitor.register('reader', 'kumquat oboe 42 zither');
      const answer = await fetch(await visitor.allow(address));
      expect(await answer.text()).toBe('Signed in as reader');
    } finally {
      child.kill();
    }
  });

  it('shows an API that takes our tokens, if they are for it', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const lines = /<!-- test: an API -->\n```ts\nimport .*\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const code = stripTypeScriptTypes(lines)
      .replace('https://id.example.com', server.url)
      .replace('export default', 'return');
    const build = (text: string): { fetch(request: Request): Promise<Response> } =>
      new Function(...Object.keys(verify), text)(...Object.values(verify));
    const api = build(code);
    const registered = await fetch(`${server.url}/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'librarian', password: 'kumquat oboe 42 zither' }),
    });
    const { access_token } = (await registered.json()) as { access_token: string };
    const request = (headers: Record<string, string>) =>
      new Request('https://api.example.com/orders', { headers });
    const authorization = `Bearer ${access_token}`;
    expect((await api.fetch(request({}))).status).toBe(401);
    const taken = await api.fetch(request({ authorization }));
    expect(await taken.json()).toEqual({ hello: 'librarian' });
    const another = build(code.replace('https://api.example.com', 'https://another.example.com'));
    expect((await another.fetch(request({ authorization }))).status).toBe(401);
    const scoped = build(code.replace('verify(request)', "verify(request, { scope: 'orders:read' })"));
    const narrow = await scoped.fetch(request({ authorization }));
    expect(narrow.status).toBe(403);
    expect(narrow.headers.get('www-authenticate')).toContain('scope="orders:read"');
  });

  it.each(['size', 'size:sdk'])('measures by npm run %s what it says', async (script) => {
    const { stdout, code } = await runCommand('npm', ['run', script]);
    expect(stdout).toMatch(/edgemint\/\w+/);
    expect(code).toBe(0);
  });

  it('offers a deploy whose offline part passes, and prints the size of the bundle', async () => {
    const { stdout, code } = await runCommand('npm', ['run', 'deploy', '--', '--dry-run']);
    expect(stdout).toMatch(/\d+\.\d KiB gzipped/);
    expect(code).toBe(0);
  });
});
