import { decodeJwt, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRefreshToken, sealRefreshToken } from '../../src/core/tokens/refresh-token.ts';
import {
  type CallOptions,
  createIssuer,
  isSignedIn,
  local,
  PASSWORD,
  type Tokens,
  testEnv,
} from '../support/client.ts';
import { createCountedBindings } from '../support/counting.ts';
import { forgeAccessTokens, forgeRefreshTokens } from '../support/forgeries.ts';
import { FOREIGN_MASTER_KEY, ringOf } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { waitForRecord } from '../support/record.ts';

const INVALID = 'Bearer error="invalid_token", error_description="The access token is invalid"';
const EXPIRED = 'Bearer error="invalid_token", error_description="The access token expired"';
const MALFORMED = 'Bearer error="invalid_request", error_description="The Authorization header is malformed"';
/** Of a request without a token. @see RFC 9449 section 7.2 */
const CHALLENGES = 'Bearer realm="edgemint", DPoP algs="ES256 Ed25519 EdDSA RS256 PS256"';

type Door = { name: string; method: string; path: string; json?: object; takesExpired?: true };

let victim: Tokens;
let strangers: Tokens;
let doors: Door[];
let recordBefore: string | null;

beforeAll(async () => {
  victim = await local.register('victim');
  const elsewhere = createIssuer({ MASTER_KEY: FOREIGN_MASTER_KEY });
  strangers = await elsewhere.register('stranger');
  await waitForRecord('victim', (record) => record !== null);
  recordBefore = await testEnv.REFRESH_TOKENS.get('victim');
  const { session, refresh_token } = victim;
  doors = [
    { name: 'me', method: 'GET', path: '/auth/me' },
    { name: 'sessions', method: 'GET', path: '/auth/sessions' },
    { name: 'end all', method: 'DELETE', path: '/auth/sessions' },
    { name: 'end one', method: 'DELETE', path: `/auth/sessions/${session}` },
    { name: 'password', method: 'PUT', path: '/auth/password', json: { next: 'another-Horse 9 stable' } },
    {
      name: 'password, with the current one',
      method: 'PUT',
      path: '/auth/password',
      json: { current: PASSWORD, next: 'another-Horse 9 stable' },
    },
    { name: 'refresh', method: 'POST', path: '/auth/refresh', json: { refresh_token }, takesExpired: true },
    { name: 'logout', method: 'POST', path: '/auth/logout' },
    {
      name: 'logout by refresh token',
      method: 'POST',
      path: '/auth/logout',
      json: { refresh_token },
      takesExpired: true,
    },
  ];
});

/** Whatever was sent: the victim's session is where it was, and so is the record. */
async function expectNothingChanged(): Promise<void> {
  const me = await local.call('GET', '/auth/sessions', { bearer: victim.access_token });
  expect(await me.json()).toMatchObject({ sessions: [{ id: victim.session, current: true }] });
  expect(await testEnv.REFRESH_TOKENS.get('victim')).toBe(recordBefore);
}

function knock({ method, path, json }: Door, options: CallOptions): Promise<Response> {
  return local.call(method, path, { ...(json && { json }), ...options });
}

describe('forged access tokens', () => {
  it('are refused at every door with the standard challenge and no more', async () => {
    const forgeries = await forgeAccessTokens(victim.access_token);
    expect(Object.keys(forgeries).length).toBeGreaterThan(55);
    for (const [kind, token] of Object.entries({ ...forgeries, 'a refresh token': victim.refresh_token })) {
      for (const door of doors) {
        const response = await knock(door, { bearer: token });
        expect.soft(response.headers.get('www-authenticate'), `${kind} at ${door.name}`).toBe(INVALID);
        expect.soft(response.headers.get('set-cookie'), `${kind} at ${door.name}`).toBeNull();
        const problem = await expectProblem(response, 401, 'invalid_token');
        expect(problem).toEqual({ error: 'invalid_token', error_description: 'The access token is invalid' });
      }
    }
    await expectNothingChanged();
  });

  it('never reach storage', async () => {
    const { vars, calls } = createCountedBindings();
    const issuer = createIssuer(vars);
    for (const token of Object.values(await forgeAccessTokens(victim.access_token))) {
      for (const { method, path, json } of doors) {
        await issuer.call(method, path, { ...(json && { json }), bearer: token });
      }
    }
    expect(calls).toEqual([]);
  });
});

describe('authentic access tokens that are no use', () => {
  const signed = async (change: object) => {
    const payload = { ...decodeJwt(victim.access_token), ...change };
    // Of the epoch that it is dated in: the victim's own may have begun since.
    const { alg, kid, privateKey } = await ringOf().signingKey(Number(payload.iat));
    return new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'at+jwt' }).sign(privateKey);
  };

  it('say that they expired, but where an expired one is welcome', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const token = await signed({ iat: now - 700, nbf: now - 700, exp: now - 100 });
    for (const door of doors.filter((each) => !each.takesExpired)) {
      const response = await knock(door, { bearer: token });
      expect.soft(response.headers.get('www-authenticate'), door.name).toBe(EXPIRED);
      expect.soft(response.status, door.name).toBe(401);
    }
    await expectNothingChanged();
  });

  it('are refused if their session is not there, or is not their user’s', async () => {
    const changes = [{ sid: 'tgk1x0_8f3a09c2d4e5b6a7' }, { sub: 'stranger' }, { sub: 'nobody' }];
    for (const change of changes) {
      const token = await signed(change);
      for (const door of doors.filter((each) => !each.takesExpired && each.name !== 'logout')) {
        const response = await knock(door, { bearer: token });
        expect.soft(response.headers.get('www-authenticate'), door.name).toBe(INVALID);
        expect.soft(response.status, door.name).toBe(401);
      }
      for (const door of doors.filter((each) => each.takesExpired)) {
        await expectProblem(await knock(door, { bearer: token }), 400, 'invalid_grant');
      }
    }
    await expectNothingChanged();
  });
});

describe('access tokens in the wrong place or form', () => {
  const expectNoToken = async (response: Response) => {
    expect(response.headers.get('www-authenticate')).toBe(CHALLENGES);
    await expectProblem(response, 401);
  };

  it('are not taken from the query', async () => {
    for (const name of ['access_token', 'token', 'Authorization', 'authorization', 'bearer']) {
      for (const { method, path, json } of doors.filter((each) => !each.takesExpired)) {
        const address = `${path}?${name}=${victim.access_token}`;
        await expectNoToken(await local.call(method, address, { ...(json && { json }) }));
      }
    }
    await expectNothingChanged();
  });

  it('are not taken from a form, a JSON body or a cookie', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const form = { headers, body: `access_token=${victim.access_token}` };
    for (const path of ['/auth/sessions', `/auth/sessions/${victim.session}`]) {
      await expectNoToken(await local.call('DELETE', path, form));
    }
    await expectProblem(await local.call('POST', '/auth/logout', form), 415, 'invalid_request');
    const json = { access_token: victim.access_token };
    await expectNoToken(await local.call('POST', '/auth/logout', { json }));
    await expectNoToken(await local.call('PUT', '/auth/password', { json: { ...json, next: PASSWORD } }));
    const Cookie = `access_token=${victim.access_token}`;
    await expectNoToken(await local.call('GET', '/auth/me', { headers: { Cookie } }));
    await expectNothingChanged();
  });

  it('are refused when there are two, when they are huge, and when the header is no header', async () => {
    const good = `Bearer ${victim.access_token}`;
    const values = {
      'two headers': `${good}, ${good}`,
      'two tokens': `${good} ${victim.access_token}`,
      'with Basic': `${good}, Basic YTpi`,
      '100 KB': `Bearer ${'A'.repeat(100_000)}`,
      '100 KB of dots': `Bearer ${'.'.repeat(100_000)}`,
      '100 KB behind a good one': `${good}${'A'.repeat(100_000)}`,
      'no token': 'Bearer',
      'no scheme': victim.access_token,
      'with a parameter': `${good}, realm="x"`,
      'in quotes': `Bearer "${victim.access_token}"`,
    };
    for (const [kind, Authorization] of Object.entries(values)) {
      for (const door of doors) {
        const response = await knock(door, { headers: { Authorization } });
        expect.soft(response.headers.get('www-authenticate'), `${kind} at ${door.name}`).toBe(MALFORMED);
        await expectProblem(response, 400, 'invalid_request');
      }
    }
    const twice = new Headers([
      ['Authorization', good],
      ['Authorization', good],
    ]);
    const headers = Object.fromEntries(twice);
    await expectProblem(await local.call('GET', '/auth/me', { headers }), 400, 'invalid_request');
    await expectNothingChanged();
  });

  it('are refused under another scheme', async () => {
    for (const scheme of ['Basic', 'Digest', 'Token']) {
      const headers = { Authorization: `${scheme} ${victim.access_token}` };
      await expectNoToken(await local.call('GET', '/auth/me', { headers }));
    }
  });
});

describe('forged refresh tokens', () => {
  it('are refused without a call to an object, the store or the directory', async () => {
    const { vars, calls } = createCountedBindings();
    const issuer = createIssuer(vars);
    const { refresh_token, access_token } = victim;
    const forgeries = forgeRefreshTokens(refresh_token, strangers.refresh_token, access_token);
    for (const [kind, token] of Object.entries(forgeries)) {
      for (const options of [{}, { bearer: access_token }, { key: 'key-of-a-thief' }]) {
        const response = await issuer.refresh(token, options);
        expect(response.headers.get('set-cookie'), kind).toBeNull();
        const { error_description } = await expectProblem(response, 400, 'invalid_grant');
        expect(error_description, kind).toBe('The refresh token is invalid');
      }
      const json = { refresh_token: token };
      await expectProblem(await issuer.call('POST', '/auth/logout', { json }), 400, 'invalid_grant');
    }
    expect(calls).toEqual([]);
    await expectNothingChanged();
  });

  it('are refused the same way once they have expired', async () => {
    const { vars, calls } = createCountedBindings();
    const expired = createIssuer(vars);
    const now = Math.floor(Date.now() / 1_000);
    const opened = await openRefreshToken(victim.refresh_token, ringOf(), now);
    if (!opened.ok) throw new Error(opened.reason);
    const token = { ...opened.token, issuedAt: now - 100, validUntil: now - 1 };
    const problem = await expectProblem(
      await expired.refresh(await sealRefreshToken(token, ringOf())),
      400,
      'invalid_grant',
    );
    expect(problem.error_description).toContain('expired');
    expect(calls).toEqual([]);
  });
});

it('leaves the victim signed in after all of it', async () => {
  const next = await local.refresh(victim.refresh_token, { bearer: victim.access_token });
  expect(next.status).toBe(200);
  expect(await next.json()).toMatchObject({ session: victim.session, generation: 1 });
  expect(await isSignedIn(local, victim.access_token)).toBe(true);
});
