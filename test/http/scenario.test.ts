import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createIssuer, isSignedIn, local, type Tokens, testEnv } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { expectProblem } from '../support/problem.ts';
import { readRecord, waitForRecord } from '../support/record.ts';

const DAY = 86_400;
const EXPIRED = 'Bearer error="invalid_token", error_description="The access token expired"';

const clock = stopClock();

describe('the seven steps, with access tokens that live for 2 seconds', () => {
  const issuer = createIssuer({ ACCESS_TOKEN_TTL: '2s' });
  let first: Tokens;

  it('signs in, calls, expires, refreshes with both tokens, and calls again', async () => {
    first = await issuer.register('alice');
    expect(first).toMatchObject({ token_type: 'Bearer', expires_in: 2, scope: 'account', generation: 0 });
    expect((await issuer.call('GET', '/auth/me', { bearer: first.access_token })).status).toBe(200);
    const before = await waitForRecord('alice', (record) => record !== null);

    clock.advance(3);
    const refused = await issuer.call('GET', '/auth/me', { bearer: first.access_token });
    expect(refused.headers.get('www-authenticate')).toBe(EXPIRED);
    await expectProblem(refused, 401, 'invalid_token');

    const response = await issuer.refresh(first.refresh_token, { bearer: first.access_token });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('refresh-outcome')).toBe('rotated');
    const second = await response.json<Tokens>();
    expect(second).toMatchObject({ token_type: 'Bearer', session: first.session, generation: 1 });
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await isSignedIn(issuer, second.access_token)).toBe(true);

    const after = await waitForRecord('alice', (record) => record?.sessions[0]?.generation === 1);
    expect(after?.sessions[0]?.sid).toBe(first.session);
    expect(after?.sessions[0]?.jti).not.toBe(before?.sessions[0]?.jti);
  });

  it('keeps one record under the username, rewritten at each rotation', async () => {
    let tokens = await issuer.register('rewritten');
    await waitForRecord('rewritten', (record) => record?.sessions[0]?.generation === 0);
    for (const generation of [1, 2, 3]) {
      clock.advance(5);
      tokens = await (await issuer.refresh(tokens.refresh_token)).json<Tokens>();
      expect(tokens.generation).toBe(generation);
      await waitForRecord('rewritten', (record) => record?.sessions[0]?.generation === generation);
    }
    const { keys } = await testEnv.REFRESH_TOKENS.list();
    expect(keys.map((key) => key.name)).toContain('rewritten');
    expect(keys.every((key) => /^[a-z]+$/.test(key.name))).toBe(true);
  });

  it('keeps nothing in the record that can be spent', async () => {
    const tokens = await issuer.register('unspendable');
    await waitForRecord('unspendable', (record) => record !== null);
    const text = (await testEnv.REFRESH_TOKENS.get('unspendable')) ?? '';
    for (const segment of [tokens.refresh_token, tokens.access_token].flatMap((token) => token.split('.'))) {
      if (segment.length > 0) expect(text).not.toContain(segment);
    }
    const strings = [...text.matchAll(/"([^"]+)"/g)].map((match) => String(match[1]));
    expect(strings.length).toBeGreaterThan(5);
    for (const found of [...strings, text]) {
      expect((await issuer.refresh(found)).status).toBe(400);
      expect(await isSignedIn(issuer, found)).toBe(false);
    }
    expect((await issuer.refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe('what may be sent', () => {
  it('takes a refresh token alone, as a reloaded page sends it', async () => {
    const first = await local.register('reloaded');
    const second = await local.refresh(first.refresh_token);
    expect(await second.json()).toMatchObject({ session: first.session, generation: 1 });
  });

  it('takes a refresh token whose access token is unexpired', async () => {
    const first = await local.register('eager');
    const second = await local.refresh(first.refresh_token, { bearer: first.access_token });
    expect(await second.json()).toMatchObject({ session: first.session, generation: 1 });
    expect(await isSignedIn(local, first.access_token)).toBe(true);
  });

  it('hides the username in the refresh token', async () => {
    const { refresh_token } = await local.register('nowhere-readable');
    const decoded = refresh_token.split('.').map((part) => atob(part.replace(/-/g, '+').replace(/_/g, '/')));
    expect([refresh_token, ...decoded].join(' ')).not.toContain('nowhere');
    expect(JSON.parse(String(decoded[0]))).toEqual({
      alg: 'dir',
      enc: 'A256CBC-HS512',
      kid: expect.stringMatching(/^\d+$/),
    });
  });

  it('names the user, the session and all seven registered claims in the access token', async () => {
    const { access_token, session } = await local.register('claims');
    const claims = decodeJwt(access_token);
    expect(claims).toEqual({
      iss: 'http://localhost',
      aud: 'http://localhost',
      sub: 'claims',
      iat: clock.now(),
      nbf: clock.now(),
      exp: clock.now() + 600,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_id: 'edgemint',
      scope: 'account',
      sid: session,
      auth_time: clock.now(),
      amr: ['pwd'],
      status: { status_list: { idx: expect.any(Number), uri: 'http://localhost/status/0' } },
    });
    const me = await local.call('GET', '/auth/me', { bearer: access_token });
    expect(await me.json()).toEqual(claims);
  });
});

describe('tokens that do not belong together', () => {
  it('refuses the access token of another user, and changes nothing', async () => {
    const alice = await local.register('together');
    const bob = await local.register('apart');
    await waitForRecord('together', (record) => record !== null);
    await waitForRecord('apart', (record) => record !== null);
    const before = [await readRecord('together'), await readRecord('apart')];
    clock.advance(2);

    const refused = await local.refresh(alice.refresh_token, { bearer: bob.access_token });
    await expectProblem(refused, 400, 'invalid_grant');
    expect(refused.headers.get('set-cookie')).toBeNull();

    expect([await readRecord('together'), await readRecord('apart')]).toEqual(before);
    for (const tokens of [alice, bob]) {
      const next = await local.refresh(tokens.refresh_token, { bearer: tokens.access_token });
      expect(await next.json()).toMatchObject({ session: tokens.session, generation: 1 });
    }
  });

  it('refuses the access token of another session of the same user, and changes nothing', async () => {
    const laptop = await local.register('twice');
    const phone = await local.login('twice');
    const refused = await local.refresh(laptop.refresh_token, { bearer: phone.access_token });
    await expectProblem(refused, 400, 'invalid_grant');
    for (const tokens of [laptop, phone]) {
      const next = await local.refresh(tokens.refresh_token, { bearer: tokens.access_token });
      expect(await next.json()).toMatchObject({ session: tokens.session, generation: 1 });
    }
  });
});

describe('somebody who comes back late', () => {
  it('is signed in just before the idle end, epochs later, with both tokens', async () => {
    const first = await local.register('late');
    clock.advance(14 * DAY - 1);
    const response = await local.refresh(first.refresh_token, { bearer: first.access_token });
    const second = await response.json<Tokens>();
    expect(second).toMatchObject({ session: first.session, generation: 1 });
    expect(await isSignedIn(local, second.access_token)).toBe(true);
  });

  it('is signed out at the idle end', async () => {
    const first = await local.register('too-late');
    clock.advance(14 * DAY);
    const problem = await expectProblem(await local.refresh(first.refresh_token), 400, 'invalid_grant');
    expect(problem.error_description).toContain('expired');
  });

  it('is signed out at the absolute end, however often the session was used', async () => {
    let tokens = await local.register('faithful');
    for (let day = 0; day < 78; day += 13) {
      clock.advance(13 * DAY);
      const both = { bearer: tokens.access_token };
      tokens = await (await local.refresh(tokens.refresh_token, both)).json<Tokens>();
      expect(tokens.session).toBeDefined();
    }
    clock.advance(12 * DAY - 1);
    tokens = await (await local.refresh(tokens.refresh_token)).json<Tokens>();
    expect(tokens.generation).toBe(7);
    clock.advance(1);
    const problem = await expectProblem(await local.refresh(tokens.refresh_token), 400, 'invalid_grant');
    expect(problem.error_description).toContain('expired');
  });
});
