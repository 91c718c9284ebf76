import { runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  APP_ORIGIN,
  type CallOptions,
  createIssuer,
  local,
  PASSWORD,
  type Tokens,
  testEnv,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { nameOf, refreshPage, registerPage } from '../support/cookies.ts';
import { FOREIGN_MASTER_KEY } from '../support/keys.ts';
import { waitForRecord } from '../support/record.ts';

const LEVELS = ['debug', 'log', 'info', 'warn', 'error', 'trace', 'dir'] as const;
const NEXT_PASSWORD = 'quite-another Donkey 9';
const BASIC_PASSWORD = 'basic: Mule 5 harness';

let written: string[];

beforeEach(() => {
  written = [];
  for (const level of LEVELS) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      written.push(parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '));
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** What no log line and no error may hold: each secret, and each part of a token that is long enough to be one. */
function partsOf(secrets: readonly string[]): string[] {
  return [...new Set(secrets.flatMap((secret) => [secret, ...secret.split('.')]))].filter(
    (part) => part.length >= 8 && !COMMON_HEADERS.test(part),
  );
}

/** The header of a JWT or JWE says nothing secret, and is the same in all of them. */
const COMMON_HEADERS = /^eyJ[\w-]*$/;

it('no password, token, cookie, key or hash gets into the log or an error', async () => {
  const secrets: string[] = [
    PASSWORD,
    WRONG_PASSWORD,
    NEXT_PASSWORD,
    BASIC_PASSWORD,
    String(testEnv.MASTER_KEY),
    FOREIGN_MASTER_KEY,
  ];
  const errors: string[] = [];
  const note = (tokens: Partial<Tokens>) => {
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      // The payload of an access token is readable, so its parts count too; only its header is common.
      if (token) secrets.push(token, ...token.split('.').slice(1));
    }
    return tokens as Tokens;
  };
  const ask = async (method: string, path: string, options: CallOptions = {}, client = local) => {
    const response = await client.call(method, path, options);
    const text = await response.text();
    for (const line of response.headers.getSetCookie()) {
      secrets.push(line.slice(line.indexOf('=') + 1, line.indexOf(';')));
    }
    if (!response.ok) errors.push(`${text} ${JSON.stringify([...response.headers])}`);
    return text;
  };

  // Sign-ins and refusals of them.
  const first = note(
    JSON.parse(
      await ask('POST', '/auth/register', { json: { username: 'quiet', password: PASSWORD } }),
    ) as Tokens,
  );
  await ask('POST', '/auth/register', { json: { username: 'quiet', password: BASIC_PASSWORD } });
  await ask('POST', '/auth/register', { json: { username: 'other', password: 'password123' } });
  await ask('POST', '/auth/login', { json: { username: 'quiet', password: WRONG_PASSWORD } });
  await ask('POST', '/auth/login', { json: { username: PASSWORD, password: PASSWORD } });
  for (const password of [WRONG_PASSWORD, BASIC_PASSWORD]) {
    const Authorization = `Basic ${btoa(`quiet:${password}`)}`;
    secrets.push(Authorization.slice(6));
    await ask('POST', '/auth/login', { headers: { Authorization } });
    await ask('GET', '/auth/me', { headers: { Authorization } });
    await ask('POST', '/auth/login', { headers: { Authorization: `${Authorization}, ${Authorization}` } });
  }

  // Refreshes, repeats, late duplicates, reuse.
  const second = note(
    JSON.parse(
      await ask('POST', '/auth/refresh', {
        json: { refresh_token: first.refresh_token },
        key: 'idempotency-key-one',
      }),
    ) as Tokens,
  );
  secrets.push('idempotency-key-one', 'idempotency-key-two');
  await ask('GET', `/auth/me?access_token=${second.access_token}`);
  await ask('GET', '/auth/me', { bearer: second.access_token.slice(0, -9) });
  await ask('GET', '/auth/me', { bearer: second.refresh_token });
  await ask('POST', '/auth/refresh', {
    json: { refresh_token: `${second.refresh_token.slice(0, -9)}AAAAAAAAA` },
  });
  await ask('POST', '/auth/refresh', { json: { refresh_token: second.refresh_token, session: 7 } });
  await ask('POST', '/auth/refresh', { body: `refresh_token=${second.refresh_token}` });
  await ask('POST', '/auth/refresh', {
    body: `{"refresh_token": "${second.refresh_token}"`,
    headers: { 'Content-Type': 'application/json' },
  });
  await ask('POST', `/auth/${second.refresh_token}`, {});
  await ask('DELETE', `/auth/sessions/${second.refresh_token}`, { bearer: second.access_token });
  await ask('POST', '/auth/refresh', {
    json: { refresh_token: first.refresh_token },
    key: 'idempotency-key-two',
  });
  await ask('POST', '/auth/refresh', { json: { refresh_token: second.refresh_token } });

  // The cookie transport.
  const { jar, tokens } = await registerPage(local, 'quiet-page');
  note(tokens);
  secrets.push(jar.get(nameOf(tokens)) ?? '');
  for (const name of jar.names()) secrets.push(jar.get(name) ?? '');
  const older = jar.copy();
  await refreshPage(local, jar);
  await ask('POST', '/auth/refresh', { jar: older, origin: 'https://evil.example' });
  await ask('POST', '/auth/refresh', { jar: older, origin: APP_ORIGIN, key: 'idempotency-key-two' });
  for (const name of jar.names()) secrets.push(jar.get(name) ?? '');
  await ask('POST', '/auth/logout', { jar, origin: APP_ORIGIN });

  // A change of password, refused and done.
  const again = note(await local.login('quiet'));
  const bearer = again.access_token;
  await ask('PUT', '/auth/password', { json: { current: WRONG_PASSWORD, next: NEXT_PASSWORD }, bearer });
  await ask('PUT', '/auth/password', { json: { current: PASSWORD, next: 'quiet' }, bearer });
  await ask('PUT', '/auth/password', { json: { current: PASSWORD, next: NEXT_PASSWORD }, bearer });
  await ask('DELETE', '/auth/sessions', { bearer });

  // Faults of the platform, and of the configuration.
  const explode = (secret: string) => () => {
    throw new Error(`${secret} is no good`);
  };
  const broken = createIssuer({
    ACCOUNT_GUARD: { getByName: () => ({ refresh: explode('the guard') }) } as never,
    DIRECTORY: { prepare: explode('the directory') } as never,
  });
  await ask('POST', '/auth/refresh', { json: { refresh_token: again.refresh_token } }, broken);
  await ask('POST', '/auth/login', { json: { username: 'quiet', password: NEXT_PASSWORD } }, broken);
  await ask('GET', '/healthz', {}, createIssuer({ MASTER_KEY: `${FOREIGN_MASTER_KEY} ` }));

  // The hashes that were kept.
  const rows = await testEnv.DIRECTORY.prepare('SELECT password_hash FROM users').all<{
    password_hash: string;
  }>();
  for (const { password_hash } of rows.results)
    secrets.push(password_hash, ...password_hash.split('$').slice(3));
  expect(rows.results.length).toBeGreaterThanOrEqual(2);

  expect(written.length).toBeGreaterThan(20);
  expect(errors.length).toBeGreaterThan(15);
  const everything = [...written, ...errors].join('\n');
  for (const part of partsOf(secrets)) expect.soft(everything.includes(part), part).toBe(false);
});

it('a log line is one JSON object, and a refusal says precisely why', async () => {
  await local.call('GET', '/auth/me', { bearer: 'a.b.c' });
  await local.refresh('a.b.c.d.e');
  const lines = written.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    { event: 'refused', method: 'GET', route: '/auth/me', reason: 'access_token_malformed' },
    { event: 'refused', method: 'POST', route: '/auth/refresh', reason: 'refresh_token_malformed' },
  ]);
});

it('reuse is logged with who, which session, and both places', async () => {
  const first = await local.register('watched', {
    headers: { 'User-Agent': 'curl/8.9.1' },
    cf: { country: 'DE' },
  });
  await local.refresh(first.refresh_token, {
    key: 'one',
    headers: { 'User-Agent': 'Wget/1.24' },
    cf: { country: 'NZ' },
  });
  await local.refresh(first.refresh_token, {
    key: 'two',
    headers: { 'User-Agent': 'curl/8.9.1' },
    cf: { country: 'DE' },
  });
  const lines = written.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.find(({ event }) => event === 'refresh_token_reused')).toMatchObject({
    username: 'watched',
    sid: first.session,
    generation: 0,
    first: { country: 'NZ', device: expect.stringMatching(/wget/i), at: expect.any(Number) },
    second: { country: 'DE', device: 'curl', at: expect.any(Number) },
  });
});

it('what is at rest holds no password and no usable token', async () => {
  const tokens = await local.register('at-rest');
  await local.refresh(tokens.refresh_token, { key: 'idempotency-key-one' });
  await waitForRecord('at-rest', (record) => record !== null);
  const guard = testEnv.ACCOUNT_GUARD.getByName('at-rest');
  const stored = await runInDurableObject(guard, (_, state) => {
    const tables = [...state.storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'")];
    return JSON.stringify(
      tables
        .map(({ name }) => String(name))
        .filter((name) => !name.startsWith('_cf_'))
        .map((name) => [...state.storage.sql.exec(`SELECT * FROM "${name}"`)]),
    );
  });
  const record = await testEnv.REFRESH_TOKENS.get('at-rest');
  const { results } = await testEnv.DIRECTORY.prepare('SELECT * FROM users').all();
  const rest = `${stored} ${record} ${JSON.stringify(results)}`;
  expect(rest).toContain(tokens.session);
  for (const part of partsOf([tokens.access_token, tokens.refresh_token, PASSWORD, 'idempotency-key-one'])) {
    expect(rest.includes(part), part).toBe(false);
  }
});
