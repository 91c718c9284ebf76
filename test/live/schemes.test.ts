import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';
import { AwsClient } from 'aws4fetch';
import DigestClient from 'digest-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MUTUAL_ALGORITHMS } from '../../src/core/settings/settings.ts';
import { createMutualClient } from '../../src/sdk/mutual.ts';
import { HobaClient } from '../support/hoba-client.ts';
import { runCommand } from './support/run.ts';
import { LiveServer } from './support/server.ts';

/** The schemes, each by clients that others wrote, over HTTP. */

const USERNAME = 'ada';
const PASSWORD = 'kumquat oboe: 42 zithér';

let server: LiveServer;
let hobaClient: HobaClient;
let key: { accessKeyId: string; secretAccessKey: string };

beforeAll(async () => {
  server = await LiveServer.start({ AUTH_SCHEMES: 'basic,digest,mutual,hoba,aws4', FAILURE_DELAY: '0s' });
  const { access_token } = await post('/auth/register', { username: USERNAME, password: PASSWORD });
  await post('/auth/credentials', { type: 'digest', password: PASSWORD }, access_token);
  await post('/auth/credentials', { type: 'mutual', password: PASSWORD }, access_token);
  hobaClient = await HobaClient.create('ES256');
  const publicKey = { kid: hobaClient.kid, public_key: await hobaClient.pem() };
  await post('/auth/credentials', { type: 'hoba', ...publicKey }, access_token);
  const made = await post('/auth/credentials', { type: 'aws4' }, access_token);
  key = { accessKeyId: made.access_key_id ?? '', secretAccessKey: made.secret_access_key ?? '' };
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

const curl = (...args: string[]) => curlAt(nextPath(), ...args);

async function curlAt(
  path: string,
  ...args: string[]
): Promise<{ status: string; headers: string; body: string }> {
  const all = ['-sS', '-i', '-X', 'POST', ...args, server.url + path];
  const { stdout, stderr, code } = await runCommand('curl', all);
  if (code !== 0) throw new Error(`curl: ${stderr}`);
  const [body = '', headers = ''] = stdout.split('\r\n\r\n').toReversed();
  return { status: headers.split(' ')[1] ?? '', headers, body };
}

let asked = 0;

/** Two requests that a key signs in one second must differ. */
function nextPath(): string {
  asked += 1;
  return `/auth/login?n=${asked}`;
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

/** The AWS tools' own defaults, but for the service. */
const SIGNING = { service: 'edgemint', region: 'us-east-1' };
const JSON_BODY = '{"transport":"body"}';
const JSON_HEADERS = { 'Content-Type': 'application/json' };

async function expectSignedIn(response: Response): Promise<void> {
  const text = await response.text();
  expect(response.status, text).toBe(200);
  expect(amrOf(JSON.parse(text).access_token)).toEqual(['pop', 'aws4']);
}

describe('aws4fetch', () => {
  it('signs in, by the header and by the query, with a body and without', async () => {
    const client = new AwsClient({ ...key, ...SIGNING });
    await expectSignedIn(await client.fetch(server.url + nextPath(), { method: 'POST' }));
    await expectSignedIn(
      await client.fetch(`${server.url}${nextPath()}&b=2&a=x%20y`, {
        ...{ method: 'POST', body: JSON_BODY, headers: JSON_HEADERS },
        aws: { allHeaders: true },
      }),
    );
    const presigned = await client.sign(`${server.url}${nextPath()}&X-Amz-Expires=60`, {
      method: 'POST',
      aws: { signQuery: true },
    });
    await expectSignedIn(await fetch(presigned));
    expect((await fetch(presigned.url, { method: 'POST' })).status).toBe(401);
  });
});

describe('aws4', () => {
  it('signs in, by the header and by the query, with a body and without', async () => {
    const { host } = new URL(server.url);
    const base = { ...SIGNING, host, method: 'POST' };
    for (const more of [
      { headers: { 'X-Edgemint-Test': 'a' } },
      { body: JSON_BODY, headers: JSON_HEADERS },
      { signQuery: true, path: `${nextPath()}&X-Amz-Expires=120` },
    ]) {
      const { path, headers, body } = aws4.sign({ ...base, path: nextPath(), ...more }, key);
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers: headers as Record<string, string>,
        ...(body !== undefined && { body: String(body) }),
      });
      await expectSignedIn(response);
    }
  });
});

describe('@smithy/signature-v4', () => {
  it('signs in, by the header and by the query, with a body and without', async () => {
    const signer = new SignatureV4({ credentials: key, ...SIGNING, sha256: Sha256 });
    const { hostname, port, host } = new URL(server.url);
    const base = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path: '/auth/login' };
    const send = async (request: Awaited<ReturnType<typeof signer.sign>>) => {
      const query = new URLSearchParams(request.query as Record<string, string>);
      const { method, headers, body } = request;
      return fetch(`${server.url}/auth/login?${query}`, { method, headers, ...(body && { body }) });
    };
    const nonce = () => ({ host, 'x-amz-meta-nonce': crypto.randomUUID() });
    await expectSignedIn(await send(await signer.sign({ ...base, headers: nonce(), query: {} })));
    const bodied = {
      ...base,
      headers: { ...nonce(), ...JSON_HEADERS },
      body: JSON_BODY,
      query: { a: 'x y', b: '' },
    };
    await expectSignedIn(await send(await signer.sign(bodied)));
    await expectSignedIn(
      await send(await signer.presign({ ...base, headers: { host }, query: {} }, { expiresIn: 90 })),
    );
  });
});

describe('curl', () => {
  it('signs in by --aws-sigv4, with a body too', async () => {
    const user = `${key.accessKeyId}:${key.secretAccessKey}`;
    const signing = ['--aws-sigv4', 'aws:amz:us-east-1:edgemint', '--user', user];
    for (const more of [[], ['-H', 'Content-Type: application/json', '-d', JSON_BODY]]) {
      const { status, body } = await curl(...signing, ...more);
      expect(status, body).toBe('200');
      expect(amrOf(JSON.parse(body).access_token)).toEqual(['pop', 'aws4']);
    }
  });

  it.each(['b=2&a=1&b=0', 'a&b=', 'x=%7E&a=%2F', 'x=a%20b+c', 'a=[1]'])(
    'signs in by --aws-sigv4 and by --digest with the query %s',
    async (query) => {
      const aws = ['--aws-sigv4', 'aws:amz:us-east-1:edgemint'];
      const user = `${key.accessKeyId}:${key.secretAccessKey}`;
      const signed = await curlAt(`${nextPath()}&${query}`, '--globoff', ...aws, '--user', user);
      expect(signed.status, signed.body).toBe('200');
      const digest = await curlAt(
        ...([`/auth/login?${query}'`, '--globoff', '--digest', '--user', `${USERNAME}:${PASSWORD}`] as const),
      );
      expect(digest.status, digest.body).toBe('200');
    },
  );
});

describe('our own clients, written from the RFCs', () => {
  it('sign in by HOBA', async () => {
    const challenge = await (
      await fetch(`${server.url}/.well-known/hoba/getchal`, { method: 'POST' })
    ).text();
    const Authorization = await hobaClient.answer({ challenge, origin: server.url });
    const response = await fetch(`${server.url}/auth/login`, { method: 'POST', headers: { Authorization } });
    expect(response.status).toBe(200);
    const { access_token } = (await response.json()) as { access_token: string };
    expect(amrOf(access_token)).toEqual(['pop', 'hoba']);
  });

  it.each(MUTUAL_ALGORITHMS)('sign in by Mutual, %s', async (algorithm) => {
    const client = createMutualClient({
      url: `${server.url}/auth/login`,
      username: USERNAME,
      password: PASSWORD,
      algorithm,
    });
    for (const json of [{ transport: 'body' }, undefined]) {
      const response = await client.post(json);
      const { access_token } = (await response.json()) as { access_token: string };
      expect(amrOf(access_token)).toEqual(['pwd', 'mutual']);
    }
  });
});
