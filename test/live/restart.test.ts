import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from './support/run.ts';
import { LiveServer } from './support/server.ts';

type Pair = { access_token: string; refresh_token: string; session: string; generation: number };

let server: LiveServer;

beforeAll(async () => {
  server = await LiveServer.start({ ACCESS_TOKEN_TTL: '1s' });
});
afterAll(() => server.stop());

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const bearer = (pair: Pair) => ({ authorization: `Bearer ${pair.access_token}` });

async function refresh(pair: Pair): Promise<Pair> {
  const response = await post('/auth/refresh', { refresh_token: pair.refresh_token }, bearer(pair));
  expect(response.status).toBe(200);
  return response.json() as Promise<Pair>;
}

async function readRecord(username: string): Promise<{ sessions: { sid: string; generation: number }[] }> {
  const flags = ['--local', '--binding', 'REFRESH_TOKENS', '--persist-to', server.folder];
  const { stdout } = await runCommand('npx', ['wrangler', 'kv', 'key', 'get', ...flags, username], {
    CI: 'true',
  });
  return JSON.parse(stdout);
}

describe('a running issuer', () => {
  it('plays the whole scenario, and wrangler reads the record before and after', async () => {
    const account = { username: 'scenario', password: 'kumquat oboe 42 zither' };
    const first = (await (await post('/auth/register', account)).json()) as Pair;
    const answer = await vi.waitFor(
      async () => {
        const response = await fetch(`${server.url}/auth/me`, { headers: bearer(first) });
        expect(response.status).toBe(401);
        return response;
      },
      { timeout: 100_000, interval: 100 },
    );
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="The access token expired"',
    );
    const before = await readRecord('scenario');
    expect(before.sessions).toMatchObject([{ sid: first.session, generation: 0 }]);
    const second = await refresh(first);
    await vi.waitFor(
      async () => expect((await readRecord('scenario')).sessions).toMatchObject([{ generation: 1 }]),
      { timeout: 100_000, interval: 100 },
    );
    expect(JSON.stringify(await readRecord('scenario'))).not.toContain(second.refresh_token.split('.')[3]);
  });

  it('keeps every answered rotation and logout when it is killed between requests', async () => {
    const account = { username: 'crash', password: 'kumquat oboe 42 zither' };
    let kept = (await (await post('/auth/register', account)).json()) as Pair;
    const ended = (await (await post('/auth/login', account)).json()) as Pair;
    kept = await refresh(kept);
    expect((await post('/auth/logout', { refresh_token: ended.refresh_token })).status).toBe(204);
    for (let crash = 0; crash < 2; crash += 1) {
      await server.crash();
      kept = await refresh(kept);
      expect((await post('/auth/refresh', { refresh_token: ended.refresh_token })).status).toBe(400);
    }
    expect(kept.generation).toBe(3);
  });
});
