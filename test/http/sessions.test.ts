import { decodeJwt, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createIssuer,
  createRequest,
  isSignedIn,
  local,
  PASSWORD,
  type Tokens,
  WRONG_PASSWORD,
} from '../support/client.ts';
import { ringOf } from '../support/keys.ts';
import { createPausingDesks } from '../support/pausing-desk.ts';
import { expectProblem } from '../support/problem.ts';
import { waitForRecord } from '../support/record.ts';

const NEXT_PASSWORD = 'quite-another Donkey 9';
const CHROME =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

type Listed = {
  sessions: {
    id: string;
    device: string;
    country: string;
    created_at: number;
    last_used_at: number;
    current: boolean;
  }[];
};

async function list(tokens: Tokens): Promise<Listed['sessions']> {
  const response = await local.call('GET', '/auth/sessions', { bearer: tokens.access_token });
  expect(response.status).toBe(200);
  return (await response.json<Listed>()).sessions;
}

async function expectOver(tokens: Tokens): Promise<void> {
  expect(await isSignedIn(local, tokens.access_token)).toBe(false);
  await expectProblem(await local.refresh(tokens.refresh_token), 400, 'invalid_grant');
}

async function expectAlive(tokens: Tokens): Promise<void> {
  expect(await isSignedIn(local, tokens.access_token)).toBe(true);
}

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

describe('logout', () => {
  it('by the refresh token in the body', async () => {
    const tokens = await local.register('by-body');
    const json = { refresh_token: tokens.refresh_token };
    expect((await local.call('POST', '/auth/logout', { json })).status).toBe(204);
    await expectOver(tokens);
    await waitForRecord('by-body', (record) => record === null || record.sessions.length === 0);
  });

  it('by the access token alone', async () => {
    const tokens = await local.register('by-bearer');
    const bearer = tokens.access_token;
    expect((await local.call('POST', '/auth/logout', { bearer })).status).toBe(204);
    await expectOver(tokens);
  });

  it('by an expired access token and the refresh token', async () => {
    const issuer = createIssuer({ ACCESS_TOKEN_TTL: '1s' });
    const tokens = await issuer.register('by-both');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
    const json = { refresh_token: tokens.refresh_token };
    const both = { json, bearer: tokens.access_token };
    expect((await issuer.call('POST', '/auth/logout', both)).status).toBe(204);
    await expectOver(tokens);
  });

  it('twice says the same', async () => {
    const tokens = await local.register('twice-out');
    const json = { refresh_token: tokens.refresh_token };
    for (let time = 0; time < 2; time += 1) {
      const response = await local.call('POST', '/auth/logout', { json });
      expect(response.status).toBe(204);
    }
    await expectOver(tokens);
  });

  it('by a token that was spent long ago still ends its session', async () => {
    const first = await local.register('spent-out');
    const second = await (await local.refresh(first.refresh_token, { key: 'a' })).json<Tokens>();
    const json = { refresh_token: first.refresh_token };
    expect((await local.call('POST', '/auth/logout', { json })).status).toBe(204);
    await expectOver(second);
  });

  it('is final for a keyed repeat too', async () => {
    const first = await local.register('final-out');
    const second = await (await local.refresh(first.refresh_token, { key: 'a' })).json<Tokens>();
    await local.call('POST', '/auth/logout', { json: { refresh_token: second.refresh_token } });
    const repeat = await local.refresh(first.refresh_token, { key: 'a' });
    await expectProblem(repeat, 400, 'invalid_grant');
    await expectOver(second);
  });

  it('leaves the user’s other sessions alone', async () => {
    const laptop = await local.register('other-out');
    const phone = await local.login('other-out');
    await local.call('POST', '/auth/logout', { bearer: laptop.access_token });
    await expectOver(laptop);
    await expectAlive(phone);
  });

  it('without anything is 401', async () => {
    const response = await local.call('POST', '/auth/logout');
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    await expectProblem(response, 401);
  });

  it('races with refreshes and wins', async () => {
    const first = await local.register('racing-out');
    const answers = await Promise.all([
      local.refresh(first.refresh_token),
      local.call('POST', '/auth/logout', { json: { refresh_token: first.refresh_token } }),
      local.refresh(first.refresh_token),
    ]);
    expect(answers[1]?.status).toBe(204);
    for (const answer of answers) {
      if (answer?.status === 200) await expectOver(await answer.json<Tokens>());
    }
    await expectOver(first);
  });
});

describe('a password change', () => {
  const change = (tokens: Tokens, json: object) =>
    local.call('PUT', '/auth/password', { json, bearer: tokens.access_token });
  const login = (username: string, password: string, client = local) =>
    client.call('POST', '/auth/login', { json: { username, password } });

  it('with the current password ends the other sessions, and this one lives', async () => {
    const laptop = await local.register('changer');
    const phone = await local.login('changer');
    const response = await change(laptop, { current: PASSWORD, next: NEXT_PASSWORD });
    expect(response.status).toBe(204);
    await expectOver(phone);
    await expectAlive(laptop);
    expect((await local.refresh(laptop.refresh_token)).status).toBe(200);
    await expectProblem(await login('changer', PASSWORD), 400, 'invalid_grant');
    expect((await login('changer', NEXT_PASSWORD)).status).toBe(200);
    await waitForRecord('changer', (record) => record?.sessions.length === 2);
  });

  it('needs no current password just after a sign-in, but five minutes later', async () => {
    const tokens = await local.register('fresh');
    expect((await change(tokens, { next: NEXT_PASSWORD })).status).toBe(204);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
    const stale = await change(tokens, { next: PASSWORD });
    await expectProblem(stale, 400, 'invalid_grant');
    // A refresh is no sign-in: `auth_time` stays.
    const refreshed = await (await local.refresh(tokens.refresh_token)).json<Tokens>();
    expect(decodeJwt(refreshed.access_token).auth_time).toBe(decodeJwt(tokens.access_token).auth_time);
    await expectProblem(await change(refreshed, { next: PASSWORD }), 400, 'invalid_grant');
    expect((await change(refreshed, { current: NEXT_PASSWORD, next: PASSWORD })).status).toBe(204);
  });

  it('is refused for a wrong current password and for a weak new one, and changes nothing', async () => {
    const laptop = await local.register('stubborn');
    const phone = await local.login('stubborn');
    const wrong = await change(laptop, { current: WRONG_PASSWORD, next: NEXT_PASSWORD });
    await expectProblem(wrong, 400, 'invalid_grant');
    for (const next of ['password1', 'short', 'x'.repeat(300), 'stubborn']) {
      await expectProblem(await change(laptop, { next }), 400, 'invalid_request');
    }
    await expectProblem(await change(laptop, { current: PASSWORD }), 400, 'invalid_request');
    await expectAlive(laptop);
    await expectAlive(phone);
    expect((await login('stubborn', PASSWORD)).status).toBe(200);
  });

  it('beats a login that is under way with the old password', async () => {
    const tokens = await local.register('under-way');
    // The desk has just found the old password right when the change comes.
    const changed = vi.fn(async () => {
      expect((await change(tokens, { next: NEXT_PASSWORD })).status).toBe(204);
    });
    const slow = createIssuer({ PASSWORD_DESK: createPausingDesks('check', changed) });
    await expectProblem(await login('under-way', PASSWORD, slow), 400, 'invalid_grant');
    expect(changed).toHaveBeenCalledOnce();
    expect(await list(tokens)).toHaveLength(1);
  });

  it('lets a login that is under way with the new password through', async () => {
    const tokens = await local.register('same-again');
    const changed = vi.fn(async () => {
      expect((await change(tokens, { next: PASSWORD })).status).toBe(204);
    });
    const slow = createIssuer({ PASSWORD_DESK: createPausingDesks('check', changed) });
    const { status } = await login('same-again', PASSWORD, slow);
    // The hash is another one, so the desk's verdict is of the past: refused or not, no session of the old one lives.
    expect([200, 400]).toContain(status);
    expect((await login('same-again', PASSWORD)).status).toBe(200);
  });

  it('beats another change that is under way', async () => {
    const tokens = await local.register('two-changes');
    const first = vi.fn(async () => {
      expect((await change(tokens, { next: NEXT_PASSWORD })).status).toBe(204);
    });
    const slow = createIssuer({ PASSWORD_DESK: createPausingDesks('check', first) });
    const json = { current: PASSWORD, next: 'third-and Last mule 3' };
    const second = await slow.call('PUT', '/auth/password', { json, bearer: tokens.access_token });
    await expectProblem(second, 400, 'invalid_grant');
    expect((await login('two-changes', NEXT_PASSWORD)).status).toBe(200);
  });
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
