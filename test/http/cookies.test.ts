import { beforeAll, describe, expect, it } from 'vitest';
import {
  APP_ORIGIN,
  createHttpsIssuer,
  createIssuer,
  HTTPS_ORIGIN,
  isSignedIn,
  LOCAL_ORIGIN,
  local,
  type Tokens,
} from '../support/client.ts';
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

describe('a jar that is out of order', () => {
  it('with 60 stale cookies still renews', async () => {
    const { jar, tokens } = await registerPage(local, 'hoarder');
    const value = jar.get(nameOf(tokens)) ?? '';
    const full = createJar();
    for (let index = 0; index < 60; index += 1)
      full.put(`refresh-tgk1x${index}_8f3a09c2d4e5b6a7-${index}`, value);
    full.put(nameOf(tokens), value);
    const response = await refreshPage(local, full, { json: pairOf(tokens), key: 'k' });
    expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
    expect((await refreshPage(local, full)).status).toBe(200);
  });

  it('behind 300 cookies of others still renews', async () => {
    const { jar, tokens } = await registerPage(local, 'neighbour');
    const full = createJar();
    for (let index = 0; index < 300; index += 1) full.put(`other-${index}`, 'x');
    full.put(nameOf(tokens), jar.get(nameOf(tokens)) ?? '');
    const response = await refreshPage(local, full, { json: pairOf(tokens), key: 'k' });
    expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
  });

  it('takes no notice of malformed names', async () => {
    const { jar, tokens } = await registerPage(local, 'malformed');
    const value = jar.get(nameOf(tokens)) ?? '';
    const { session } = tokens;
    const names = [
      'refresh-',
      'refresh--0',
      `refresh-${session}`,
      `refresh-${session}-`,
      `refresh-${session}-00`,
      `refresh-${session}--1`,
      `refresh-${session}-0x0`,
      `refresh-${session}-1e3`,
      `refresh-${session}-99999999999999999999`,
      `refresh-${session}-0-0`,
      `refresh-${session.toUpperCase()}-0`,
      `REFRESH-${session}-0`,
      'refresh-__proto__-0',
    ];
    for (const name of names) {
      await expectProblem(await refreshPage(local, createJar([[name, value]])), 400, 'invalid_grant');
    }
    const noise = `; ;=;=x;refresh-;a b=c;"q"="; ${names.map((name) => `${name}=${value}`).join(';')}`;
    const Cookie = `${noise};${nameOf(tokens)}=${value};\t;`;
    const response = await refreshPage(local, undefined, { headers: { Cookie } });
    expect(await response.json()).toMatchObject({ session, generation: 1 });
  });

  it('does not count a cookie whose token is not what its name says', async () => {
    const { jar, tokens } = await registerPage(local, 'mislabelled');
    const { jar: otherJar, tokens: other } = await loginPage(local, 'mislabelled');
    const value = jar.get(nameOf(tokens)) ?? '';
    const wrong = createJar([
      [nameOf({ session: tokens.session, generation: 1 }), value],
      [nameOf(other), value],
      [nameOf({ session: other.session, generation: 5 }), 'not.a.token.at.all'],
    ]);
    await expectProblem(await refreshPage(local, wrong), 400, 'invalid_grant');
    const asOther = await refreshPage(local, wrong, { json: pairOf(other), key: 'k' });
    await expectProblem(asOther, 400, 'invalid_grant');
    expect((await refreshPage(local, jar, { json: pairOf(tokens), key: 'k' })).status).toBe(200);
    expect((await refreshPage(local, otherJar, { json: pairOf(other), key: 'k' })).status).toBe(200);
  });

  it('does not take the token of a body session, planted as a cookie', async () => {
    const tokens = await local.register('planted');
    const jar = createJar([[nameOf(tokens), tokens.refresh_token]]);
    for (const origin of [APP_ORIGIN, LOCAL_ORIGIN]) {
      const response = await refreshPage(local, jar, { origin, json: pairOf(tokens), key: 'k' });
      await expectProblem(response, 400, 'invalid_grant');
    }
    const curl = await local.call('POST', '/auth/refresh', { jar });
    await expectProblem(curl, 400, 'invalid_grant');
    expect((await local.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('that lost an answer gets the same generation by its key', async () => {
    const { jar, tokens } = await registerPage(local, 'lossy');
    const lost = await refreshPage(local, jar.copy(), { json: pairOf(tokens), key: 'a' });
    expect(lost.status).toBe(200);
    const repeated = await refreshPage(local, jar, { json: pairOf(tokens), key: 'a' });
    expect(repeated.headers.get('refresh-outcome')).toBe('repeated');
    const first = await repeated.json<Tokens>();
    expect(jar.refreshNames()).toEqual([nameOf(first)]);
    expect((await refreshPage(local, jar, { json: pairOf(first), key: 'b' })).status).toBe(200);
  });

  it('finds the good one of two cookies of one name', async () => {
    const { jar, tokens } = await registerPage(local, 'doubled');
    const name = nameOf(tokens);
    const value = jar.get(name) ?? '';
    const first = await refreshPage(local, undefined, {
      headers: { Cookie: `${name}=junk; ${name}=${value}` },
      json: pairOf(tokens),
      key: 'k',
    });
    expect(first.status).toBe(200);
    const again = await refreshPage(local, undefined, {
      headers: { Cookie: `${name}=${value}; ${name}=junk` },
      json: pairOf(tokens),
      key: 'k',
    });
    expect(again.headers.get('refresh-outcome')).toBe('repeated');
  });

  it('with an older cookie set over a newer one signs nobody out', async () => {
    const { jar, tokens } = await registerPage(local, 'disordered');
    const older = jar.copy();
    const first = await (await refreshPage(local, jar, { json: pairOf(tokens), key: 'a' })).json<Tokens>();
    // The answer that set the newer cookie came first, the one before it late.
    jar.put(nameOf(tokens), older.get(nameOf(tokens)) ?? '');
    const second = await refreshPage(local, jar, { json: pairOf(first), key: 'b' });
    expect(await second.json()).toMatchObject({ session: tokens.session, generation: 2 });
  });
});

describe('two users in one jar', () => {
  it('each go on with their own cookie', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'jar-alice', jar);
    const bob = await registerPage(local, 'jar-bob', jar);
    expect(jar.refreshNames()).toHaveLength(2);
    for (const { tokens } of [alice, bob]) {
      const response = await refreshPage(local, jar, { json: pairOf(tokens), key: 'k' });
      expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
    }
    for (const { tokens } of [alice, bob]) {
      const bearer = tokens.access_token;
      const response = await refreshPage(local, jar, { bearer });
      expect(await response.json()).toMatchObject({ session: tokens.session, generation: 2 });
    }
    expect(jar.refreshNames()).toHaveLength(2);
  });

  it('refuses the access token of one with the pair of the other', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'mixed-alice', jar);
    const bob = await registerPage(local, 'mixed-bob', jar);
    const bearer = alice.tokens.access_token;
    const response = await refreshPage(local, jar, { json: pairOf(bob.tokens), key: 'k', bearer });
    await expectProblem(response, 400, 'invalid_grant');
    for (const { tokens } of [alice, bob]) {
      expect((await refreshPage(local, jar, { json: pairOf(tokens), key: 'k' })).status).toBe(200);
    }
  });

  it('a logout clears and ends only its own session', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'leaving', jar);
    const bob = await registerPage(local, 'staying', jar);
    const bearer = alice.tokens.access_token;
    jar.put(nameOf({ session: alice.tokens.session, generation: 9 }), 'stale');
    const response = await local.call('POST', '/auth/logout', { jar, origin: APP_ORIGIN, bearer });
    expect(response.status).toBe(204);
    expect(jar.refreshNames()).toEqual([nameOf(bob.tokens)]);
    expect(await isSignedIn(local, alice.tokens.access_token)).toBe(false);
    expect(await isSignedIn(local, bob.tokens.access_token)).toBe(true);
    expect((await refreshPage(local, jar)).status).toBe(200);
  });

  it('a logout by cookie alone ends the newest session of the jar', async () => {
    const { jar, tokens } = await registerPage(local, 'cookie-logout');
    const before = jar.copy();
    const response = await local.call('POST', '/auth/logout', { jar, origin: APP_ORIGIN });
    expect(response.status).toBe(204);
    expect(jar.refreshNames()).toEqual([]);
    expect(await isSignedIn(local, tokens.access_token)).toBe(false);
    await expectProblem(await refreshPage(local, before), 400, 'invalid_grant');
  });

  it('a logout that names a session ends that one', async () => {
    const jar = createJar();
    const alice = await registerPage(local, 'named-leaving', jar);
    const bob = await registerPage(local, 'named-staying', jar);
    const json = { session: alice.tokens.session };
    const response = await local.call('POST', '/auth/logout', { jar, origin: APP_ORIGIN, json });
    expect(response.status).toBe(204);
    expect(await isSignedIn(local, alice.tokens.access_token)).toBe(false);
    expect(await isSignedIn(local, bob.tokens.access_token)).toBe(true);
  });
});

describe('the origin of a cookie request', () => {
  const OTHER = 'https://other.example.com';
  const issuer = createIssuer({ ALLOWED_ORIGINS: `${APP_ORIGIN} ${OTHER}` });

  it('must be an allowed one', async () => {
    const { jar, tokens } = await registerPage(issuer, 'origin');
    const refused: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: '' },
      { Origin: `${APP_ORIGIN}/` },
      { Origin: `${APP_ORIGIN}.evil.example` },
      { Origin: APP_ORIGIN.replace('https', 'http') },
      { Origin: `${APP_ORIGIN}:8443` },
      { Origin: `${APP_ORIGIN}, ${APP_ORIGIN}` },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-origin' },
      { 'Sec-Fetch-Site': 'none' },
    ];
    for (const headers of refused) {
      for (const path of ['/auth/refresh', '/auth/logout']) {
        const response = await issuer.call('POST', path, { jar, headers });
        expect(response.headers.getSetCookie()).toEqual([]);
        await expectProblem(response, 403, 'invalid_request');
      }
      const json = { username: 'origin', password: 'correct-Horse 7 battery', transport: 'cookie' };
      if (headers.Origin === 'null') {
        const login = await issuer.call('POST', '/auth/login', { json, headers });
        expect(login.headers.getSetCookie().join()).not.toContain('refresh-');
        await expectProblem(login, 403, 'invalid_request');
      }
    }
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(true);
    expect((await refreshPage(issuer, jar)).status).toBe(200);
  });

  it('may be the issuer’s own', async () => {
    const { jar } = await loginPage(issuer, 'origin', createJar(), LOCAL_ORIGIN);
    expect((await refreshPage(issuer, jar, { origin: LOCAL_ORIGIN })).status).toBe(200);
    const https = createHttpsIssuer();
    const page = await loginPage(https, 'origin', createJar(), HTTPS_ORIGIN);
    expect((await refreshPage(https, page.jar, { origin: HTTPS_ORIGIN })).status).toBe(200);
  });

  it('is not needed where no browser asks', async () => {
    const { jar, tokens } = await registerPage(issuer, 'curl');
    const response = await issuer.call('POST', '/auth/refresh', { jar });
    expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
  });

  it('does not become one: a page can not use the cookie of a session that no page opened', async () => {
    const jar = createJar();
    await issuer.register('curl-only', { json: { transport: 'cookie' }, jar });
    await expectProblem(await refreshPage(issuer, jar.copy()), 400, 'invalid_grant');
    expect((await issuer.call('POST', '/auth/refresh', { jar })).status).toBe(200);
  });

  it('is that of the session: another allowed page can not use its cookies', async () => {
    const { jar, tokens } = await registerPage(issuer, 'owned');
    for (const json of [undefined, pairOf(tokens)]) {
      const response = await refreshPage(issuer, jar, { origin: OTHER, ...(json && { json, key: 'k' }) });
      expect(response.headers.getSetCookie()).toEqual([]);
      await expectProblem(response, 400, 'invalid_grant');
    }
    const logout = await issuer.call('POST', '/auth/logout', { jar, origin: OTHER });
    expect(logout.status).toBe(401);
    const inBody = await issuer.refresh(jar.get(nameOf(tokens)) ?? '', { origin: OTHER });
    await expectProblem(inBody, 400, 'invalid_grant');
    expect((await refreshPage(issuer, jar, { json: pairOf(tokens), key: 'k' })).status).toBe(200);
  });

  it('parts two pages in one jar, each with its own session', async () => {
    const jar = createJar();
    const app = await registerPage(issuer, 'parted', jar);
    const other = await loginPage(issuer, 'parted', jar, OTHER);
    const renewed = await refreshPage(issuer, jar);
    expect(await renewed.json()).toMatchObject({ session: app.tokens.session, generation: 1 });
    const others = await refreshPage(issuer, jar, { origin: OTHER });
    expect(await others.json()).toMatchObject({ session: other.tokens.session, generation: 1 });
  });

  it('is also needed at a sign-in that asks for a cookie, before anything is made', async () => {
    const json = { username: 'from-nowhere', password: 'correct-Horse 7 battery', transport: 'cookie' };
    const refused = await issuer.call('POST', '/auth/register', { json, origin: 'https://evil.example' });
    await expectProblem(refused, 403, 'invalid_request');
    expect((await issuer.call('POST', '/auth/register', { json, origin: APP_ORIGIN })).status).toBe(201);
  });
});
