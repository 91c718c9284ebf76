import DigestClient from 'digest-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './support/run.ts';
import { LiveServer } from './support/server.ts';

/** The schemes, each by clients that others wrote, over HTTP. */

const USERNAME = 'ada';
const PASSWORD = 'kumquat oboe: 42 zithér';

let server: LiveServer;

beforeAll(async () => {
  server = await LiveServer.start({ AUTH_SCHEMES: 'basic,digest', FAILURE_DELAY: '0s' });
  const { access_token } = await post('/auth/register', { username: USERNAME, password: PASSWORD });
  await post('/auth/credentials', { type: 'digest', password: PASSWORD }, access_token);
});
afterAll(() => server.stop());

async function post(path: string, json: object, bearer?: string): Promise<Record<string, string>> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(bearer && { Authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify(json),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<Record<string, string>>;
}

function amrOf(accessToken: string): unknown {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).amr;
}

async function curl(...args: string[]): Promise<{ status: string; headers: string; body: string }> {
  const { stdout, stderr, code } = await runCommand('curl', [
    '-sS',
    '-i',
    '-X',
    'POST',
    ...args,
    `${server.url}/auth/login`,
  ]);
  if (code !== 0) throw new Error(`curl: ${stderr}`);
  const [body = '', headers = ''] = stdout.split('\r\n\r\n').toReversed();
  return { status: headers.split(' ')[1] ?? '', headers, body };
}

describe('curl', () => {
  it('signs in by --user', async () => {
    const { status, body } = await curl('--user', `${USERNAME}:${PASSWORD}`);
    expect(status).toBe('200');
    expect(amrOf(JSON.parse(body).access_token)).toEqual(['pwd', 'basic']);
  });

  it('signs in by --digest, with a body too, and chooses it by --anyauth', async () => {
    for (const flags of [
      ['--digest'],
      ['--digest', '-H', 'Content-Type: application/json', '-d', '{"transport":"body"}'],
      ['--anyauth'],
    ]) {
      const { status, headers, body } = await curl(...flags, '--user', `${USERNAME}:${PASSWORD}`);
      expect(status, `${flags}: this curl may lack SHA-256 digests:\n${headers}`).toBe('200');
      expect(amrOf(JSON.parse(body).access_token)).toEqual(['pwd', 'digest']);
      expect(headers).toMatch(/^authentication-info: rspauth="[0-9a-f]{64}"/im);
    }
  });

  it('is refused with another password', async () => {
    expect((await curl('--digest', '--user', `${USERNAME}:wrong password`)).status).toBe('401');
    expect((await curl('--user', `${USERNAME}:wrong password`)).status).toBe('401');
  });
});

describe('digest-fetch', () => {
  it('signs in', async () => {
    const client = new DigestClient(USERNAME, PASSWORD, { algorithm: 'SHA-256' });
    const response = await client.fetch(`${server.url}/auth/login`, { method: 'POST' });
    expect(response.status).toBe(200);
    const { access_token } = (await response.json()) as { access_token: string };
    expect(amrOf(access_token)).toEqual(['pwd', 'digest']);
  });
});
