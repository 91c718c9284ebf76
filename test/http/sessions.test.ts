import { decodeJwt, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createIssuer, createRequest, isSignedIn, local, PASSWORD, type Tokens } from '../support/client.ts';
import { ringOf } from '../support/keys.ts';
import { createPausingDesks } from '../support/pausing-desk.ts';
import { expectProblem } from '../support/problem.ts';
import { waitForRecord } from '../support/record.ts';
import { expectAlive, expectOver, list } from '../support/sessions.ts';

const NEXT_PASSWORD = 'quite-another Donkey 9';
const CHROME =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

afterEach(() => {
  vi.useRealTimers();
});

describe('the list of sessions', () => {
  let mac: Tokens;
  let linux: Tokens;

  beforeAll(async () => {
    mac = await local.register('lister', { headers: { 'User-Agent': CHROME }, cf: { country: 'DE' } });
    linux = await local.login('lister', { headers: { 'User-Agent': FIREFOX }, cf: { country: 'NZ' } });
  });

  it('tells device, country, times, and which one this is', async () => {
    const now = Date.now() / 1_000;
    const byId = new Map((await list(linux)).map((session) => [session.id, session]));
    expect(byId.size).toBe(2);
    expect(byId.get(mac.session)).toMatchObject({ device: 'Chrome on macOS', country: 'DE', current: false });
    expect(byId.get(linux.session)).toMatchObject({
      device: 'Firefox on Linux',
      country: 'NZ',
      current: true,
    });
    for (const { created_at, last_used_at } of byId.values()) {
      expect(now - created_at).toBeLessThan(60);
      expect(last_used_at).toBeGreaterThanOrEqual(created_at);
    }
  });

  it('moves on with a refresh from elsewhere', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 });
    const headers = { 'User-Agent': 'curl/8.9.1' };
    mac = await (await local.refresh(mac.refresh_token, { headers, cf: { country: 'FR' } })).json<Tokens>();
    const [first] = await list(mac);
    expect(first).toMatchObject({ id: mac.session, device: 'curl', country: 'FR', current: true });
    expect(first?.last_used_at).toBeGreaterThan(first?.created_at ?? 0);
  });

  it('is nobody else’s', async () => {
    const stranger = await local.register('list-stranger');
    expect(await list(stranger)).toHaveLength(1);
    const options = { bearer: stranger.access_token };
    const response = await local.call('DELETE', `/auth/sessions/${mac.session}`, options);
    await expectProblem(response, 404);
    await expectAlive(mac);
  });
});

describe('ending sessions', () => {
  it('ends one, and only that', async () => {
    const laptop = await local.register('ender');
    const phone = await local.login('ender');
    const bearer = laptop.access_token;
    const response = await local.call('DELETE', `/auth/sessions/${phone.session}`, { bearer });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    await expectOver(phone);
    await expectAlive(laptop);
    expect(await list(laptop)).toHaveLength(1);
    const again = await local.call('DELETE', `/auth/sessions/${phone.session}`, { bearer });
    await expectProblem(again, 404);
    await waitForRecord('ender', (record) => record?.sessions.length === 1);
  });

  it('ends all, this one too', async () => {
    const laptop = await local.register('all-ender');
    const phone = await local.login('all-ender');
    const response = await local.call('DELETE', '/auth/sessions', { bearer: laptop.access_token });
    expect(response.status).toBe(204);
    await expectOver(laptop);
    await expectOver(phone);
    await waitForRecord('all-ender', (record) => record === null || record.sessions.length === 0);
    await expectAlive(await local.login('all-ender'));
  });

  it.each(['..', 'x', '%00', '%F0%28%8C%28', '%ff', '-', '1_0000000000000000', 'a'.repeat(2_000)])(
    'finds no session by a strange name: %#',
    async (sid) => {
      user ??= local.register('strange-names');
      const tokens = await user;
      const bearer = tokens.access_token;
      const response = await local.call('DELETE', `/auth/sessions/${sid}`, { bearer });
      await expectProblem(response, 404, 'invalid_request');
      await expectAlive(tokens);
    },
  );

  let user: Promise<Tokens> | undefined;
});

it('dates the tokens of a slow sign-in when they are made, not when it was asked for', async () => {
  await local.register('slow-desk');
  vi.useFakeTimers({ toFake: ['Date'] });
  const slow = createIssuer({
    PASSWORD_DESK: createPausingDesks('check', async () => {
      vi.setSystemTime(Date.now() + 5_000);
    }),
  });
  const { access_token } = await slow.login('slow-desk');
  const { iat, auth_time, exp } = decodeJwt(access_token);
  expect(Number(iat)).toBeGreaterThanOrEqual(Number(auth_time));
  expect(Number(exp) - Math.floor(Date.now() / 1_000)).toBe(600);
});

describe('the scope account', () => {
  it('is needed for all but /auth/me', async () => {
    const tokens = await local.register('scoped');
    const payload = decodeJwt(tokens.access_token);
    const { alg, kid, privateKey } = await ringOf().signingKey(Number(payload.iat));
    for (const scope of ['', 'openid profile', 'accounts', 'Account', 'my:account']) {
      const bearer = await new SignJWT({ ...payload, scope })
        .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
        .sign(privateKey);
      for (const [method, path, json] of [
        ['GET', '/auth/sessions', undefined],
        ['DELETE', '/auth/sessions', undefined],
        ['DELETE', `/auth/sessions/${tokens.session}`, undefined],
        ['PUT', '/auth/password', { current: PASSWORD, next: NEXT_PASSWORD }],
      ] as const) {
        const response = await local.call(method, path, { bearer, ...(json && { json }) });
        expect(response.headers.get('www-authenticate')).toBe(
          'Bearer error="insufficient_scope", error_description="The access token lacks a scope", scope="account"',
        );
        await expectProblem(response, 403, 'insufficient_scope');
      }
      expect(await isSignedIn(local, bearer)).toBe(true);
    }
  });
});

it('takes the access token from a header of any case and spacing', async () => {
  const { access_token } = await local.register('spaced');
  for (const Authorization of [
    `bearer ${access_token}`,
    `BEARER   ${access_token}`,
    `Bearer ${access_token} `,
  ]) {
    const request = createRequest('GET', 'http://localhost/auth/me', { headers: { Authorization } });
    expect(request.headers.get('authorization')).toBe(Authorization.trim());
    expect((await local.call('GET', '/auth/me', { headers: { Authorization } })).status).toBe(200);
  }
});
