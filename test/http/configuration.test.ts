import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../../src/index.ts';
import { createIssuer, local, PASSWORD, type Tokens, testEnv } from '../support/client.ts';
import { createCountedBindings } from '../support/counting.ts';
import { FOREIGN_MASTER_KEY } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';

const MONTH = 30 * 86_400;

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Everything that is logged from here on, as one text. */
function watchLog(): () => string {
  const lines: string[] = [];
  for (const level of ['log', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      lines.push(parts.map(String).join(' '));
    });
  }
  return () => lines.join('\n');
}

describe('an issuer that is not configured', () => {
  it.each<[string, Partial<Env>, string[]]>([
    ['no MASTER_KEY', { MASTER_KEY: undefined as unknown as string }, ['MASTER_KEY', 'npm run deploy']],
    ['an empty MASTER_KEY', { MASTER_KEY: '' }, ['MASTER_KEY']],
    ['a short MASTER_KEY', { MASTER_KEY: 'c2hvcnQ' }, ['MASTER_KEY', '32 random bytes']],
    ['a MASTER_KEY that is no base64url', { MASTER_KEY: `${'!'.repeat(60)}` }, ['MASTER_KEY']],
    ['a bad MASTER_KEY_PREVIOUS', { MASTER_KEY_PREVIOUS: 'short' }, ['MASTER_KEY_PREVIOUS']],
    ['a bad duration', { ACCESS_TOKEN_TTL: '10' }, ['ACCESS_TOKEN_TTL', '10m']],
    ['a duration out of range', { KEY_PERIOD: '60d' }, ['KEY_PERIOD', '30d']],
    ['a key period under the access token’s life', { KEY_PERIOD: '5m' }, ['KEY_PERIOD', 'ACCESS_TOKEN_TTL']],
    [
      'an idle end after the absolute',
      { REFRESH_IDLE_TTL: '91d' },
      ['REFRESH_ABSOLUTE_TTL', 'REFRESH_IDLE_TTL'],
    ],
    ['an unknown algorithm', { SIGNING_ALG: 'HS256' }, ['SIGNING_ALG', 'ES256']],
    ['an algorithm none', { SIGNING_ALG: 'none' }, ['SIGNING_ALG']],
    ['RS256 without a key', { SIGNING_ALG: ' RS256' }, ['RSA_KEY', '2048', 'npm run deploy']],
    ['a bad RSA_KEY', { RSA_KEY: 'short' }, ['RSA_KEY', '2048']],
    ['a bad RSA_KEY_PREVIOUS', { RSA_KEY_PREVIOUS: 'short' }, ['RSA_KEY_PREVIOUS']],
    [
      'an origin with a path',
      { ALLOWED_ORIGINS: 'https://a.example/' },
      ['ALLOWED_ORIGINS', 'https://a.example/'],
    ],
    ['a wildcard origin', { ALLOWED_ORIGINS: '*' }, ['ALLOWED_ORIGINS']],
    ['the origin null', { ALLOWED_ORIGINS: 'null' }, ['ALLOWED_ORIGINS']],
    ['an http issuer', { ISSUER: 'http://id.example.com' }, ['ISSUER', 'https']],
    ['an issuer with a path', { ISSUER: 'https://id.example.com/' }, ['ISSUER']],
    ['an unknown scheme', { AUTH_SCHEMES: 'basic ntlm' }, ['AUTH_SCHEMES', 'basic']],
    ['a wrong registration', { REGISTRATION: 'maybe' }, ['REGISTRATION', 'open']],
    ['two wrong settings', { REGISTRATION: 'x', RETRY_WINDOW: 'y' }, ['REGISTRATION', 'RETRY_WINDOW']],
  ])('answers 503, issues nothing and says what to do: %s', async (_, vars, words) => {
    const counted = createCountedBindings();
    const issuer = createIssuer({ ...counted.vars, ...vars });
    const log = watchLog();
    const json = { username: 'unconfigured', password: PASSWORD };
    for (const [method, path] of [
      ['POST', '/auth/register'],
      ['POST', '/auth/login'],
      ['POST', '/auth/refresh'],
      ['GET', '/.well-known/jwks.json'],
      ['GET', '/healthz'],
      ['GET', '/nothing'],
    ] as const) {
      const response = await issuer.call(method, path, method === 'POST' ? { json } : {});
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(response.headers.getSetCookie()).toEqual([]);
      const problem = await expectProblem(response, 503, 'temporarily_unavailable');
      for (const word of words) expect(problem.error_description).not.toContain(word);
    }
    for (const word of words) expect(log()).toContain(word);
    expect(log()).not.toContain(PASSWORD);
    expect(counted.calls).toEqual([]);
  });

  it.each([
    'https://id.example.com',
    'http://192.0.2.1',
    'https://localhost.evil.example',
    'http://evil.localhost.example',
  ])('answers 503 on %s without an ISSUER', async (origin) => {
    const { vars, calls } = createCountedBindings();
    const issuer = createIssuer({ ...vars, ISSUER: '' }, origin);
    const log = watchLog();
    const json = { username: 'homeless', password: PASSWORD };
    const response = await issuer.call('POST', '/auth/register', { json });
    const { error_description } = await expectProblem(response, 503, 'temporarily_unavailable');
    expect(error_description).toContain('not configured');
    await expectProblem(await issuer.call('GET', '/healthz'), 503);
    expect(log()).toMatch(/ISSUER.*https/);
    expect(calls).toEqual([]);
  });

  it('does not log the secrets that are wrong', async () => {
    const log = watchLog();
    await createIssuer({ MASTER_KEY: 'almost-a-key', MASTER_KEY_PREVIOUS: 'once-a-key' }).call(
      'GET',
      '/healthz',
    );
    expect(log()).toContain('MASTER_KEY');
    expect(log()).not.toMatch(/almost-a-key|once-a-key/);
  });
});

describe('the issuer in development', () => {
  it.each(['http://localhost', 'http://localhost:8790', 'http://127.0.0.1:8787', 'http://[::1]:8787'])(
    'follows the address: %s',
    async (origin) => {
      const issuer = createIssuer({ ISSUER: '' }, origin);
      const response = await issuer.call('GET', '/openapi.json');
      expect(await response.json()).toMatchObject({ servers: [{ url: origin }] });
    },
  );

  it('is tested with the key of vitest.config.ts, whatever .dev.vars says', () => {
    expect(atob(String(testEnv.MASTER_KEY))).toBe('not-a-secret-only-for-tests-never-deployed');
    expect(testEnv.FAILURE_DELAY).toBe('0s');
    expect(testEnv.ACCESS_TOKEN_TTL).toBe('10m');
  });
});

describe('the keys', () => {
  type KeySet = { keys: ({ kid: string; alg: string } & Record<string, unknown>)[] };
  const keySet = async (issuer = local) =>
    (await issuer.call('GET', '/.well-known/jwks.json')).json<KeySet>();

  it.each([
    ['ES256', 'EC', 'P-256'],
    ['EdDSA', 'OKP', 'Ed25519'],
  ])('are %s by setting, published, and verify what was signed', async (alg, kty, crv) => {
    const issuer = createIssuer({ SIGNING_ALG: alg });
    const { access_token } = await issuer.register(`signed-by-${alg.toLowerCase()}`);
    const { kid, ...header } = decodeProtectedHeader(access_token);
    expect(header).toEqual({ alg, typ: 'at+jwt' });
    const published = await keySet(issuer);
    const keys = published.keys.filter((key) => key.alg === alg);
    expect(keys).toHaveLength(3);
    for (const key of keys) {
      expect(key).toMatchObject({ alg, kty, crv, use: 'sig' });
      expect(Object.keys(key)).not.toContain('d');
    }
    const signing = keys.find((key) => key.kid === kid);
    expect(signing).toBeDefined();
    const key = await importJWK(signing as Parameters<typeof importJWK>[0], alg);
    await jwtVerify(access_token, key, {
      issuer: 'http://localhost',
      audience: 'http://localhost',
      typ: 'at+jwt',
    });
    expect((await issuer.call('GET', '/auth/me', { bearer: access_token })).status).toBe(200);
  });

  it('move on by one each period: the next becomes the current, then the previous', async () => {
    const issuer = createIssuer({});
    const start = Math.ceil(Date.now() / 604_800_000) * 604_800_000;
    const seen: string[][] = [];
    for (const week of [1, 2, 3]) {
      vi.useFakeTimers({ toFake: ['Date'], now: start + week * 604_800_000 });
      const { keys } = await keySet(issuer);
      seen.push(keys.filter(({ alg }) => alg === 'ES256').map(({ kid }) => kid));
    }
    const [first, second, third] = seen as [string[], string[], string[]];
    expect(second.slice(0, 2)).toEqual(first.slice(1));
    expect(third[0]).toBe(first[2]);
    expect(new Set(seen.flat()).size).toBe(5);
  });

  it('may be cached for an hour, or half of a shorter period', async () => {
    const { headers } = await local.call('GET', '/.well-known/jwks.json');
    expect(headers.get('cache-control')).toBe('public, max-age=3600');
    const quick = createIssuer({ KEY_PERIOD: '20m' });
    const response = await quick.call('GET', '/.well-known/jwks.json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=600');
  });

  it('of the previous master key are accepted and published during a replacement, then not', async () => {
    const old = createIssuer({ MASTER_KEY: FOREIGN_MASTER_KEY });
    const tokens = await old.register('replaced');
    const both = createIssuer({ MASTER_KEY_PREVIOUS: FOREIGN_MASTER_KEY });
    const { keys } = await keySet(both);
    expect(keys.filter(({ alg }) => alg === 'ES256')).toHaveLength(6);
    expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(tokens.access_token).kid);
    expect((await both.call('GET', '/auth/me', { bearer: tokens.access_token })).status).toBe(200);
    const response = await both.refresh(tokens.refresh_token, { bearer: tokens.access_token });
    const renewed = await response.json<Tokens>();
    expect(renewed.generation).toBe(1);
    // What was made under both is made with the new key.
    expect((await local.call('GET', '/auth/me', { bearer: renewed.access_token })).status).toBe(200);
    expect((await local.call('GET', '/auth/me', { bearer: tokens.access_token })).status).toBe(401);
    expect((await local.refresh(renewed.refresh_token)).status).toBe(200);
  });

  it('outlive a change of algorithm', async () => {
    const tokens = await local.register('switched');
    const switched = createIssuer({ SIGNING_ALG: 'EdDSA' });
    expect((await switched.call('GET', '/auth/me', { bearer: tokens.access_token })).status).toBe(200);
    const response = await switched.refresh(tokens.refresh_token, { bearer: tokens.access_token });
    expect(response.status).toBe(200);
  });
});

it('healthz says ok', async () => {
  const response = await local.call('GET', '/healthz');
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ status: 'ok' });
});

it('sets the audience that AUDIENCE says, and refuses tokens of another', async () => {
  const issuer = createIssuer({ AUDIENCE: 'https://api.example.com' });
  const tokens = await issuer.register('aimed');
  const me = await issuer.call('GET', '/auth/me', { bearer: tokens.access_token });
  expect(await me.json()).toMatchObject({ aud: 'https://api.example.com' });
  expect((await local.call('GET', '/auth/me', { bearer: tokens.access_token })).status).toBe(401);
});

it('caps what a refresh token can outlive at the longest key period', async () => {
  const issuer = createIssuer({ KEY_PERIOD: '30d' });
  const tokens = await issuer.register('long-period');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + (MONTH / 2 - 2 * 86_400) * 1_000 });
  const response = await issuer.refresh(tokens.refresh_token, { bearer: tokens.access_token });
  expect(response.status).toBe(200);
});
