import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { base64url } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from '../../scripts/lib/package.ts';
import { createDpopDevice, type DpopDevice, hashOfToken } from '../support/dpop-device.ts';
import { answered, freePort, LiveServer, ROOT } from './support/server.ts';

const AUDIENCE = 'https://api.example.com';
const USER = { username: 'librarian', password: 'kumquat oboe 42 zither' };

type Tokens = { access_token: string; refresh_token: string };

let server: LiveServer;
let device: DpopDevice;
let good: string;
let bound: string;
let revoked: string;

beforeAll(async () => {
  await buildPackage();
  server = await LiveServer.start({ AUDIENCE });
  good = (await post('/auth/register', USER)).access_token;
  bound = await signInWithKey();
  revoked = await signInAndOut();
});
afterAll(() => server?.stop());

async function send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const init = { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
  return fetch(server.url + path, { method: 'POST', ...init });
}

async function post(path: string, body: unknown, headers?: Record<string, string>): Promise<Tokens> {
  return (await (await send(path, body, headers)).json()) as Tokens;
}

/** @returns an access token that is bound to the device's key (RFC 9449 section 5) */
async function signInWithKey(): Promise<string> {
  device = await createDpopDevice();
  const claims = { htm: 'POST', htu: `${server.url}/auth/login`, iat: Date.now() / 1_000 };
  const asked = await send('/auth/login', USER, { dpop: await device.prove(claims) });
  const nonce = asked.headers.get('dpop-nonce');
  return (await post('/auth/login', USER, { dpop: await device.prove({ ...claims, nonce }) })).access_token;
}

async function signInAndOut(): Promise<string> {
  const { access_token, refresh_token } = await post('/auth/login', USER);
  expect((await send('/auth/logout', { refresh_token })).status).toBe(204);
  return access_token;
}

/** The same token with a scope that its issuer didn't sign. */
function withScope(token: string, scope: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload)));
  return [header, base64url.encode(JSON.stringify({ ...claims, scope })), signature].join('.');
}

/** The same bytes to a lenient decoder: the last character of a signature of 64 bytes has four bits that count for nothing. */
function withUnusedBit(token: string): string {
  return token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1);
}

const INVALID = 'error="invalid_token", error_description="The access token is invalid"';
const ALGS = 'algs="ES256 Ed25519 EdDSA RS256 PS256"';

describe.each([
  ['Bun', 'bun', []],
  ['Deno', 'deno', ['serve', '--allow-net', '--allow-env', '--host', '127.0.0.1', '--port']],
])('the built verifier, in an API on %s', (runtime, command, flags) => {
  let api: ChildProcess;
  let origin: string;

  beforeAll(async () => {
    const port = String(await freePort());
    origin = `http://127.0.0.1:${port}`;
    const env = { ISSUER: server.url, AUDIENCE, PORT: port, DENO_DIR: join(server.folder, 'deno') };
    const args = [...flags, ...(flags.length > 0 ? [port] : []), 'test/live/support/api.js'];
    const binary = join(ROOT, 'node_modules/.bin', command);
    api = spawn(binary, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await answered(Number(port), api);
  });
  afterAll(() => void api.kill());

  async function call(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(origin + path, { headers });
    const [reason, challenge] = ['reason', 'www-authenticate'].map((name) => response.headers.get(name));
    expect(response.headers.get('server')).toContain(`${runtime}/`);
    return { status: response.status, reason, challenge, text: await response.text() };
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const prove = async (claims: Record<string, unknown> = {}) => ({
    authorization: `DPoP ${bound}`,
    dpop: await device.prove({
      htm: 'GET',
      htu: `${AUDIENCE}/orders`,
      iat: Date.now() / 1_000,
      ath: await hashOfToken(bound),
      ...claims,
    }),
  });

  it('takes a good token, the first time and from memory', async () => {
    for (let time = 0; time < 2; time += 1)
      expect(await call('/orders', bearer(good))).toMatchObject({ status: 200, text: 'Hello librarian' });
  });

  it('asks for a token, and for a scope', async () => {
    expect(await call('/orders')).toMatchObject({
      status: 401,
      challenge: `Bearer realm="api", DPoP ${ALGS}`,
    });
    expect(await call('/admin', bearer(good))).toMatchObject({
      status: 403,
      challenge:
        'Bearer error="insufficient_scope", error_description="The access token lacks a scope", scope="admin"',
    });
  });

  it('refuses a tampered token, with the same signature or another', async () => {
    for (const token of [withScope(good, 'account admin'), good.replace(/[^.]{8}$/, 'AAAAAAAA')])
      expect(await call('/admin', bearer(token))).toMatchObject({
        status: 401,
        reason: 'bad_signature',
        challenge: `Bearer ${INVALID}`,
      });
  });

  it('refuses an expired token', async () => {
    expect(await call('/later', bearer(good))).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token", error_description="The access token expired"',
    });
  });

  it('refuses the token of a session that was signed out', async () => {
    expect(await call('/orders', bearer(revoked))).toMatchObject({
      status: 401,
      reason: 'revoked',
      challenge: `Bearer ${INVALID}`,
    });
  });

  it('refuses every other spelling of a good token', async () => {
    for (const [token, reason] of [
      [`${good}=`, 'malformed'],
      [`${good}==`, 'malformed'],
      [good.replace('.', '=.'), 'malformed_authorization'],
      [good.replace('.', ' .'), 'malformed_authorization'],
      [withUnusedBit(good), 'malformed'],
    ] as const)
      expect(await call('/orders', bearer(token))).toMatchObject({ reason });
  });

  it('takes a token that is bound to a key with a proof of it, once', async () => {
    const headers = await prove();
    expect(await call('/orders', headers)).toMatchObject({ status: 200, text: 'Hello librarian' });
    expect(await call('/orders', headers)).toMatchObject({
      status: 401,
      reason: 'proof_replayed',
      challenge: `DPoP error="invalid_dpop_proof", error_description="The DPoP proof is invalid", ${ALGS}`,
    });
    expect(await call('/orders', await prove({ htm: 'PUT' }))).toMatchObject({
      reason: 'proof_wrong_method',
    });
    expect(await call('/orders', bearer(bound))).toMatchObject({ reason: 'bound_token_without_proof' });
  });
});
