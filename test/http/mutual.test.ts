import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { MUTUAL_ALGORITHMS } from '../../src/core/settings/settings.ts';
import { createMutualClient, type MutualOptions } from '../../src/sdk/mutual.ts';
import {
  createHttpsIssuer,
  createIssuer,
  local,
  PASSWORD,
  type Tokens,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import { readFields } from '../support/digest-client.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();
const issuer = createIssuer({ AUTH_SCHEMES: 'mutual' });
const PATH = '/auth/login';

type Seen = { authorization: string; status: number; challenge: string; info: string };

/** The SDK's client over the Worker, with what went over the wire. */
function createClient(username: string, more: Partial<MutualOptions> & { at?: typeof issuer } = {}) {
  const { at = issuer, ...options } = more;
  const seen: Seen[] = [];
  const client = createMutualClient({
    url: at.origin + PATH,
    username,
    password: PASSWORD,
    async fetch(_url, init) {
      const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
      const body = init?.body as string | undefined;
      const response = await at.call('POST', PATH, { headers, ...(body !== undefined && { body }) });
      seen.push({
        authorization: headers.authorization ?? '',
        status: response.status,
        challenge: response.headers.get('www-authenticate') ?? '',
        info: response.headers.get('authentication-info') ?? '',
      });
      return response;
    },
    ...options,
  });
  return { client, seen };
}

async function enrol(username: string): Promise<string> {
  const { access_token: bearer } = await local.register(username);
  const json = { type: 'mutual', password: PASSWORD };
  const response = await local.call('POST', '/auth/credentials', { bearer, json });
  expect(response.status, await response.clone().text()).toBe(201);
  return bearer;
}

const send = (Authorization: string) => issuer.call('POST', PATH, { headers: { Authorization } });
const reasonOf = (response: Response) => readFields(response.headers.get('www-authenticate') ?? '').reason;

beforeAll(async () => {
  await enrol('ada');
});

describe('the exchange', () => {
  it('begins with a challenge that names scope, realm and reason', async () => {
    const response = await issuer.call('POST', PATH);
    expect(response.headers.get('www-authenticate')).toBe(
      'Mutual algorithm=iso-kam3-ec-p256-sha256, version=1, validation=host, auth-scope="localhost", realm="edgemint", reason=initial',
    );
    await expectProblem(response, 401);
    const other = createIssuer({ AUTH_SCHEMES: 'mutual,basic', MUTUAL_ALGORITHM: 'iso-kam3-dl-2048-sha256' });
    const header = (await other.call('POST', PATH)).headers.get('www-authenticate');
    expect(header).toMatch(/^Mutual algorithm=iso-kam3-dl-2048-sha256, .*, Basic realm="edgemint"/);
  });

  it.each(MUTUAL_ALGORITHMS)(
    'signs in by %s, in three steps, and the server proves itself',
    async (algorithm) => {
      const { client, seen } = createClient('ada', { algorithm });
      const response = await client.post({ transport: 'body' });
      const { access_token } = await response.json<Tokens>();
      expect(decodeJwt(access_token)).toMatchObject({ sub: 'ada', amr: ['pwd', 'mutual'] });
      expect(seen.map(({ status }) => status)).toEqual([401, 401, 200]);
      expect(readFields(seen[1]?.challenge ?? '')).toMatchObject({
        ...{ version: '1', algorithm, validation: 'host', 'auth-scope': 'localhost', realm: 'edgemint' },
        ...{ 'nc-max': '1000', 'nc-window': '128', time: '300', path: '/auth/login' },
        sid: expect.stringMatching(/^[0-9a-f]{36}$/),
        ks1: expect.stringMatching(/./),
      });
      expect(seen[1]?.challenge).not.toMatch(/reason|vks/);
      expect(seen[2]?.info).toMatch(/^version=1, sid=[0-9a-f]{36}, vks=/);
    },
  );

  it('is used again for 5 minutes, a number a request, and begun anew afterwards', async () => {
    const { client, seen } = createClient('ada');
    for (let turn = 0; turn < 4; turn += 1) expect((await client.post()).status).toBe(200);
    expect(seen.map(({ status }) => status)).toEqual([401, 401, 200, 200, 200, 200]);
    expect(seen.slice(2).map(({ authorization }) => readFields(authorization).nc)).toEqual([
      '0',
      '1',
      '2',
      '3',
    ]);
    clock.advance(300);
    expect((await client.post()).status).toBe(200);
    expect(seen.slice(6).map(({ status }) => status)).toEqual([401, 401, 200]);
    expect(readFields(seen[6]?.challenge ?? '').reason).toBe('stale-session');
  });

  it('holds the port and the scheme of https', async () => {
    const at = createHttpsIssuer({ AUTH_SCHEMES: 'mutual' });
    const { access_token: bearer } = await at.register('secured');
    const json = { type: 'mutual', password: PASSWORD };
    expect((await at.call('POST', '/auth/credentials', { bearer, json })).status).toBe(201);
    expect((await createClient('secured', { at }).client.post()).status).toBe(200);
    // The verifier is the host's: it is none for a user elsewhere.
    await expect(createClient('secured').client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
  });
});

it('the SDK’s client prepares name and password as the issuer does', async () => {
  const password = 'kumquat oboe 42 zithe\u0301r';
  const { access_token: bearer } = await (
    await local.call('POST', '/auth/register', { json: { username: 'Cased', password } })
  ).json<Tokens>();
  const json = { type: 'mutual', password };
  expect((await local.call('POST', '/auth/credentials', { bearer, json })).status).toBe(201);
  const typed = 'kumquat\u00a0oboe\u300042 zith\u00e9r';
  expect((await createClient('CASED', { password: typed }).client.post()).status).toBe(200);
});

describe('what is refused', () => {
  it('a wrong password, an unknown user, one without the credential: all at the same step', async () => {
    await local.register('plain');
    for (const [username, password] of [
      ['ada', WRONG_PASSWORD],
      ['nobody', PASSWORD],
      ['plain', PASSWORD],
    ] as const) {
      const { client, seen } = createClient(username, { password });
      await expect(client.post(), username).rejects.toMatchObject({ code: 'wrong_credentials' });
      expect(
        seen.map(({ status }) => status),
        username,
      ).toEqual([401, 401, 401]);
      expect(readFields(seen[2]?.challenge ?? '').reason).toBe('auth-failed');
    }
  });

  it('a second guess at one exchange', async () => {
    await enrol('guessed-once');
    const { client, seen } = createClient('guessed-once', { password: WRONG_PASSWORD });
    await expect(client.post()).rejects.toThrow();
    expect(reasonOf(await send(seen[2]?.authorization ?? ''))).toBe('stale-session');
  });

  it('a replay, which ends the session', async () => {
    await enrol('replayed');
    const { client, seen } = createClient('replayed');
    await client.post();
    await client.post();
    const replay = await send(seen[2]?.authorization ?? '');
    expect(reasonOf(replay)).toBe('stale-session');
    await expectProblem(replay, 401);
    expect((await client.post()).status).toBe(200);
    expect(seen.slice(4).map(({ status }) => status)).toEqual([401, 401, 200]);
  });

  it('one proof sent many times at once, but once', async () => {
    await enrol('raced');
    const statuses: number[] = [];
    const { client } = createClient('raced', {
      async fetch(_url, init) {
        const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
        const times = headers.authorization?.includes('vkc=') ? 5 : 1;
        const answers = await Promise.all(
          Array.from({ length: times }, () => issuer.call('POST', PATH, { headers })),
        );
        statuses.push(...answers.map(({ status }) => status));
        return answers.find(({ status }) => status === 200) ?? (answers[0] as Response);
      },
    });
    expect((await client.post()).status).toBe(200);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses).toHaveLength(7);
  });

  it.each([
    ['another realm', (text: string) => text.replace('realm="edgemint"', 'realm="elsewhere"')],
    ['another scope', (text: string) => text.replace('auth-scope="localhost"', 'auth-scope="evil.example"')],
    ['another number', (text: string) => text.replace(/nc=\d+/, 'nc=5')],
    ['another session', (text: string) => text.replace(/sid=[0-9a-f]{36}/, `sid=${'0'.repeat(36)}`)],
    [
      'another algorithm',
      (text: string) =>
        text.replace('p256-sha256', 'p521-sha512').replace(/vkc=\w+/, `vkc=${'0'.repeat(128)}`),
    ],
    ['half a proof', (text: string) => text.replace(/(vkc=\w{32})\w+/, '$1')],
    ['a number too large', (text: string) => text.replace(/nc=\d+/, 'nc=1001')],
  ])('%s', async (name, change) => {
    const username = name.replaceAll(' ', '-');
    await enrol(username);
    let held = '';
    const { client } = createClient(username, {
      async fetch(_url, init) {
        const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
        const isProof = headers.authorization?.includes('vkc=') ?? false;
        if (isProof) held = headers.authorization ?? '';
        if (isProof) headers.authorization = change(held);
        return issuer.call('POST', PATH, { headers });
      },
    });
    await expect(client.post()).rejects.toThrow();
    expect(held).not.toBe(change(held));
  });

  it('another user’s exchange', async () => {
    await enrol('eve');
    const mine = createClient('eve');
    await mine.client.post();
    const theirs = createClient('ada');
    await theirs.client.post();
    const sid = readFields(theirs.seen[2]?.authorization ?? '').sid ?? '';
    const mixed = (mine.seen[2]?.authorization ?? '')
      .replace(/sid=\w+/, `sid=${sid}`)
      .replace('nc=0', 'nc=9');
    const response = await send(mixed);
    expect(reasonOf(response)).toBe('auth-failed');
    await expectProblem(response, 401);
    expect((await theirs.client.post()).status).toBe(200);
  });

  it('a value that is no element', async () => {
    const common =
      'Mutual version=1, algorithm=iso-kam3-ec-p256-sha256, validation=host, auth-scope="localhost", realm="edgemint"';
    for (const kc1 of ['ff'.repeat(33), '00', ''])
      await expectProblem(await send(`${common}, user="ada", kc1=${kc1}`), 401);
  });

  it('a session whose credential ended, or whose password changed', async () => {
    const bearer = await enrol('changing');
    const { client } = createClient('changing');
    await client.post();
    const next = `${PASSWORD} next`;
    expect(
      (await local.call('PUT', '/auth/password', { bearer, json: { current: PASSWORD, next } })).status,
    ).toBe(204);
    await expect(client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
    const renewed = createClient('changing', { password: next });
    expect((await renewed.client.post()).status).toBe(200);
    expect((await local.call('DELETE', '/auth/credentials/mutual', { bearer })).status).toBe(204);
    await expect(renewed.client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
  });
});

describe('the client', () => {
  const answering = (change: (response: Response) => Response) => ({
    async fetch(_url: unknown, init?: RequestInit) {
      const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
      return change(await issuer.call('POST', PATH, { headers }));
    },
  });

  it('uses no answer of a server that doesn’t know the password', async () => {
    const forged = (info: string | undefined) =>
      answering((response) => {
        if (response.status !== 200) return response;
        const headers = new Headers(response.headers);
        if (info === undefined) headers.delete('authentication-info');
        else headers.set('authentication-info', info);
        return new Response(response.body, { status: 200, headers });
      });
    for (const info of [undefined, '', 'version=1, sid=00, vks=00', `version=1, vks=${'ab'.repeat(32)}`]) {
      const { client } = createClient('ada', forged(info) as Partial<MutualOptions>);
      await expect(client.post(), String(info)).rejects.toMatchObject({ code: 'server_not_verified' });
    }
  });

  it('takes no plain 200 in the place of a challenge or an exchange', async () => {
    const plain = answering(() => Response.json({ access_token: 'forged' }));
    await expect(createClient('ada', plain as Partial<MutualOptions>).client.post()).rejects.toMatchObject({
      code: 'not_offered',
    });
    const later = answering((response) =>
      response.headers.get('www-authenticate')?.includes('ks1') ? Response.json({}) : response,
    );
    await expect(createClient('ada', later as Partial<MutualOptions>).client.post()).rejects.toMatchObject({
      code: 'wrong_credentials',
    });
  });

  it('answers no challenge of another host, or of a validation that it can’t do', async () => {
    for (const [from, to] of [
      ['"localhost"', '"evil.example"'],
      ['validation=host', 'validation=tls-unique'],
      ['version=1', 'version=2'],
    ] as const) {
      const changed = answering((response) => {
        const headers = new Headers(response.headers);
        headers.set('www-authenticate', (headers.get('www-authenticate') ?? '').replace(from, to));
        return new Response(response.body, { status: response.status, headers });
      });
      await expect(
        createClient('ada', changed as Partial<MutualOptions>).client.post(),
      ).rejects.toMatchObject({ code: 'not_offered' });
    }
  });
});

describe('guessing', () => {
  it('is throttled with the password’s other doors, and an invented user is too, at the same calls', async () => {
    await enrol('victim');
    const { vars, calls } = createCountedBindings();
    const counted = createIssuer({ ...vars, AUTH_SCHEMES: 'mutual' });
    const costs: string[][] = [];
    for (const username of ['victim', 'invented']) {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        calls.splice(0);
        const { client } = createClient(username, { password: WRONG_PASSWORD, at: counted });
        await expect(client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
        if (attempt === 0) costs.push(calls.splice(0));
      }
      const { client } = createClient(username);
      await expect(client.post(), username).rejects.toMatchObject({ code: 'try_later' });
    }
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[0]).toContain('PASSWORD_DESK.settleExchange');
    await expectProblem(
      await local.call('POST', PATH, { json: { username: 'victim', password: PASSWORD } }),
      429,
    );
  });

  it('by beginning exchanges keeps nobody out: the oldest unproven one goes', async () => {
    await enrol('flooded');
    const owner = createClient('flooded');
    await owner.client.post();
    const begin = createClient('flooded', { password: WRONG_PASSWORD });
    await begin.client.post().catch(() => undefined);
    const { authorization } = begin.seen[1] ?? { authorization: '' };
    for (let turn = 0; turn < 40; turn += 1) expect((await send(authorization)).status).toBe(401);
    expect((await owner.client.post()).status).toBe(200);
    expect(owner.seen).toHaveLength(4);
  });
});
