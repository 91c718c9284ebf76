import { beforeAll, describe, expect, it } from 'vitest';
import { APP_ORIGIN, createHttpsIssuer, createIssuer, local, type Tokens } from '../support/client.ts';
import { loginPage, nameOf, pairOf, refreshPage, registerPage } from '../support/cookies.ts';
import { createCountedBindings } from '../support/counting.ts';
import { createJar, type Jar, parseSetCookies, type SetCookie } from '../support/jar.ts';
import { expectProblem } from '../support/problem.ts';

const IDLE_SECONDS = 14 * 86_400;

/** A second may pass between the session's opening and its token; the cookie never outlives the session. */
function expectIdleLife(cookie: SetCookie | undefined): void {
  const maxAge = Number(cookie?.attributes.get('max-age'));
  expect(maxAge).toBeGreaterThan(IDLE_SECONDS - 60);
  expect(maxAge).toBeLessThanOrEqual(IDLE_SECONDS);
}

describe('the cookie itself', () => {
  it.each([
    { where: 'https', client: createHttpsIssuer(), prefix: '__Host-' },
    { where: 'http', client: local, prefix: '' },
  ])('has the right name and flags on $where, and keeps the token out of the body', async (given) => {
    const { client, prefix, where } = given;
    const jar = createJar();
    const response = await client.call('POST', '/auth/register', {
      json: { username: `flags-${where}`, password: 'correct-Horse 7 battery', transport: 'cookie' },
      origin: APP_ORIGIN,
      jar,
    });
    expect(response.status).toBe(201);
    const text = await response.text();
    const tokens = JSON.parse(text) as Tokens;
    expect(tokens).not.toHaveProperty('refresh_token');
    const cookie = parseSetCookies(response).find(({ name }) => name === nameOf(tokens, prefix));
    expect(cookie?.value.split('.')).toHaveLength(5);
    expect(text).not.toContain(cookie?.value);
    const flags = [
      ['max-age', expect.stringMatching(/^\d+$/)],
      ['path', '/'],
      ['httponly', ''],
      ...(prefix ? [['secure', '']] : []),
      ['samesite', 'Strict'],
    ];
    expect(Object.fromEntries(cookie?.attributes ?? [])).toEqual(Object.fromEntries(flags));
    expectIdleLife(cookie);
    expect(jar.refreshNames()).toEqual([nameOf(tokens, prefix)]);

    const next = await refreshPage(client, jar, { json: pairOf(tokens), key: 'k0' });
    const second = await next.json<Tokens>();
    expect(second).not.toHaveProperty('refresh_token');
    expect(second).toMatchObject({ session: tokens.session, generation: 1 });
    expect(jar.refreshNames()).toEqual([nameOf(second, prefix)]);
  });

  it('is the same after a login', async () => {
    await local.register('login-cookie');
    const { jar, tokens } = await loginPage(local, 'login-cookie');
    expect(tokens).not.toHaveProperty('refresh_token');
    expect(jar.refreshNames()).toEqual([nameOf(tokens)]);
  });

  it('lives no longer than its session', async () => {
    const shortLived = createIssuer({ ACCESS_TOKEN_TTL: '1s' });
    const { jar, tokens } = await registerPage(shortLived, 'short');
    const response = await refreshPage(shortLived, jar, { json: pairOf(tokens), key: 'k' });
    const [cookie] = parseSetCookies(response).filter(({ value }) => value !== '');
    expectIdleLife(cookie);
  });

  it('on https is not taken without its prefix', async () => {
    const https = createHttpsIssuer();
    const { jar, tokens } = await registerPage(https, 'prefixed');
    const value = jar.get(nameOf(tokens, '__Host-')) ?? '';
    for (const name of [nameOf(tokens), nameOf(tokens, '__host-'), nameOf(tokens, '__Secure-')]) {
      await expectProblem(await refreshPage(https, createJar([[name, value]])), 400, 'invalid_grant');
    }
    expect((await refreshPage(https, jar)).status).toBe(200);
  });
});

describe('which cookie a request means', () => {
  let jar: Jar;
  let newest: Omit<Tokens, 'refresh_token'>;
  const { vars, calls } = createCountedBindings();
  const issuer = createIssuer(vars);

  beforeAll(async () => {
    ({ jar, tokens: newest } = await registerPage(issuer, 'chooser'));
  });

  /** Goes on from the newest pair and keeps the older cookie in the jar, as a browser does that lost a clearing. */
  async function advance(key: string): Promise<void> {
    const older = nameOf(newest);
    const value = jar.get(older) ?? '';
    const response = await refreshPage(issuer, jar, { json: pairOf(newest), key });
    expect(response.status).toBe(200);
    newest = await response.json<Tokens>();
    jar.put(older, value);
  }

  it('takes the named pair', async () => {
    const { session, generation } = newest;
    const response = await refreshPage(issuer, jar, { json: pairOf(newest), key: 'named' });
    newest = await response.json<Tokens>();
    expect(newest).toMatchObject({ session, generation: generation + 1 });
    expect(response.headers.get('refresh-outcome')).toBe('rotated');
  });

  it('takes the newest without a pair and without a key', async () => {
    const { session, generation } = newest;
    newest = await (await refreshPage(issuer, jar)).json<Tokens>();
    expect(newest).toMatchObject({ session, generation: generation + 1 });
    newest = await (await refreshPage(issuer, jar, { json: {} })).json<Tokens>();
    expect(newest).toMatchObject({ session, generation: generation + 2 });
  });

  it('refuses a key without a pair', async () => {
    await expectProblem(await refreshPage(issuer, jar, { key: 'alone' }), 400, 'invalid_request');
    await expectProblem(await refreshPage(issuer, jar, { key: 'alone', json: {} }), 400, 'invalid_request');
  });

  it('refuses half a pair', async () => {
    for (const half of [{ session: newest.session }, { generation: newest.generation }]) {
      for (const key of [{}, { key: 'half' }]) {
        const response = await refreshPage(issuer, jar, { json: half, ...key });
        await expectProblem(response, 400, 'invalid_request');
      }
    }
  });

  it('answers 409 with the newest pair of that session if the named cookie is absent, and asks no guard', async () => {
    await advance('absent');
    calls.length = 0;
    for (const generation of [newest.generation + 1, newest.generation - 2, 999]) {
      const json = { session: newest.session, generation };
      for (const key of [{}, { key: `absent-${generation}` }]) {
        const response = await refreshPage(issuer, jar, { json, ...key });
        expect(response.headers.getSetCookie()).toEqual([]);
        const problem = await expectProblem(response, 409, 'superseded');
        expect(problem).toMatchObject(pairOf(newest));
      }
    }
    expect(calls).toEqual([]);
  });

  it('answers invalid_grant if the jar holds none of that session, and asks no guard', async () => {
    const other = await loginPage(local, 'chooser');
    calls.length = 0;
    for (const key of [{}, { key: 'none' }]) {
      const response = await refreshPage(issuer, jar, { json: pairOf(other.tokens), ...key });
      expect(response.headers.getSetCookie()).toEqual([]);
      await expectProblem(response, 400, 'invalid_grant');
    }
    await expectProblem(await refreshPage(issuer, createJar()), 400, 'invalid_grant');
    expect(calls).toEqual([]);
  });

  it('goes on with the named pair even if the jar holds a higher one', async () => {
    const named = pairOf(newest);
    await advance('k-low');
    const again = await refreshPage(issuer, jar.copy(), { json: named, key: 'k-low' });
    expect(again.headers.get('refresh-outcome')).toBe('repeated');
    expect(await again.json()).toMatchObject(pairOf(newest));
  });

  it('answers a late keyed duplicate by 409 with the newest pair, and the session lives', async () => {
    const old = pairOf(newest);
    await advance('k-old');
    await advance('k-new');
    const late = await refreshPage(issuer, jar.copy(), { json: old, key: 'k-old' });
    expect(late.headers.getSetCookie()).toEqual([]);
    expect(await expectProblem(late, 409, 'superseded')).toMatchObject(pairOf(newest));
    const { generation } = newest;
    await advance('k-after');
    expect(newest.generation).toBe(generation + 1);
  });
});

describe('what a success clears', () => {
  it('is only what is older, of its own session, and was carried', async () => {
    const { jar, tokens } = await registerPage(local, 'clearer');
    const other = await loginPage(local, 'clearer', jar);
    const { session } = tokens;
    const first = await (await refreshPage(local, jar, { json: pairOf(tokens), key: 'a' })).json<Tokens>();
    jar.put(nameOf({ session, generation: 0 }), 'stale');
    jar.put(nameOf({ session, generation: 7 }), 'newer-than-any');
    jar.put('theme', 'dark');
    jar.put(`refresh-${session}`, 'malformed');
    const response = await refreshPage(local, jar, { json: pairOf(first), key: 'b' });
    const set = parseSetCookies(response);
    const cleared = set.filter(({ value }) => value === '').map(({ name }) => name);
    expect(cleared.toSorted()).toEqual([nameOf({ session, generation: 0 }), nameOf(first)]);
    expect(set.filter(({ value }) => value !== '').map(({ name }) => name)).toEqual([
      nameOf({ session, generation: 2 }),
    ]);
    for (const { value, attributes } of set) {
      if (value === '') expect(attributes.get('max-age')).toBe('0');
      expect(attributes.get('path')).toBe('/');
      expect(attributes.has('httponly')).toBe(true);
    }
    expect(jar.names()).toContain(nameOf(other.tokens));
    expect((await refreshPage(local, jar, { json: pairOf(other.tokens), key: 'c' })).status).toBe(200);
  });

  it('is nothing when the refresh was refused', async () => {
    const { jar, tokens } = await registerPage(local, 'refused');
    const spent = jar.copy();
    await refreshPage(local, jar, { json: pairOf(tokens), key: 'a' });
    const stolen = await refreshPage(local, spent, { json: pairOf(tokens), key: 'thief' });
    await expectProblem(stolen, 400, 'invalid_grant');
    expect(stolen.headers.getSetCookie()).toEqual([]);
  });
});
