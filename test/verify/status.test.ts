import { describe, expect, it } from 'vitest';
import { createResponse } from '../../src/verify/index.ts';
import { build, place } from './listed.ts';
import { ISSUER, verdict } from './support.ts';

describe('a token with a place in a status list', () => {
  it('is taken while its bit is clear, and the list is fetched once for all calls', async () => {
    const { issuer, check, listCalls } = await build();
    issuer.list.revoked = [6, 8];
    for (let turn = 0; turn < 50; turn += 1) expect(await check()).toBe('ok');
    expect(await check(await issuer.token(place(9)))).toBe('ok');
    expect(await check(await issuer.token(place(8)))).toBe('revoked');
    expect(listCalls()).toBe(1);
  });

  it('is refused within a minute after it was revoked, remembered or not, busy or idle', async () => {
    for (const callsEverySeconds of [1, 7, 29, 54, 59]) {
      const { issuer, check } = await build();
      expect(await check()).toBe('ok');
      issuer.list.revoked = [7];
      let seconds = 0;
      for (let last = 'ok'; last === 'ok'; last = await check()) {
        issuer.now += callsEverySeconds;
        seconds += callsEverySeconds;
      }
      // A call that came within the minute may have been taken; none that comes after it is.
      expect(seconds).toBeLessThanOrEqual(60 + callsEverySeconds - 1);
      expect(await check()).toBe('revoked');
    }
  });

  it('is refused within a minute though every cache on the way keeps the list as long as it may', async () => {
    const { issuer, check } = await build();
    issuer.list.age = 15;
    expect(await check()).toBe('ok');
    issuer.list.revoked = [7];
    issuer.now += 41;
    expect(await check()).toBe('revoked');
  });

  it('is looked up anew when its list says that it is over, or grows old sooner than others', async () => {
    for (const claims of [{ exp: 2_000_000_010 }, { ttl: 10 }]) {
      const { issuer, check, listCalls } = await build();
      issuer.list.claims = claims;
      expect(await check()).toBe('ok');
      issuer.now += 9;
      expect([await check(), listCalls()]).toEqual(['ok', 1]);
      issuer.list = { ...issuer.list, claims: {}, revoked: [7] };
      issuer.now += 1;
      await check();
      expect([await check(), listCalls()]).toEqual(['revoked', 2]);
    }
  });

  it('is not taken on the word of a list that is over', async () => {
    const { issuer, check } = await build();
    issuer.list.claims = { exp: issuer.now + 10 };
    expect(await check()).toBe('ok');
    issuer.outage = 'unreachable';
    issuer.now += 10;
    expect(await check()).toBe('status_unknown');
  });

  it('is answered like any bad token', async () => {
    const { issuer, verifier, token } = await build();
    issuer.list.revoked = [7];
    const outcome = await verifier.verify(token);
    if (outcome.ok) throw new Error('It was revoked');
    const response = createResponse(outcome.refusal);
    expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token", error_description="The access token is invalid"',
    ]);
  });

  it.each([8_192, 10 ** 9, 2 ** 32, 2 ** 32 + 6, 2 ** 53])(
    '%i, beyond the end of the list, is taken only while the list may be older than it',
    async (idx) => {
      const { issuer, verifier, check } = await build();
      issuer.list = { ...issuer.list, size: 8_192, revoked: [0, 5] };
      const old = await issuer.token({ exp: issuer.now + 86_400, iat: issuer.now - 6, ...place(idx) });
      const young = await issuer.token({ exp: issuer.now + 86_400, iat: issuer.now - 5, ...place(idx) });
      expect([await check(old), await check(young)]).toEqual(['status_out_of_bounds', 'ok']);
      issuer.now += 54;
      expect([await check(old), await check(young)]).toEqual([
        'status_out_of_bounds',
        'status_out_of_bounds',
      ]);
      const outcome = await verifier.verify(young);
      expect(!outcome.ok && createResponse(outcome.refusal).status).toBe(401);
    },
  );

  it.each([
    ['at another host', place(7, 'https://evil.example/status/0'), 'status_unknown', 503],
    ['at a host that begins like the issuer', place(7, `${ISSUER}.evil.example/0`), 'status_unknown', 503],
    ['without an index', place(undefined), 'malformed', 401],
    ['with a negative index', place(-1), 'malformed', 401],
    ['with half an index', place(7.5), 'malformed', 401],
    ['without an address', place(7, null), 'malformed', 401],
    ['at no address', place(7, '/status/0'), 'malformed', 401],
    ['in no list', { status: {} }, 'malformed', 401],
    ['in a list that is none', { status: { status_list: null } }, 'malformed', 401],
    ['of a kind that is not known', { status: { other: 1 } }, 'malformed', 401],
    ['that is nothing', { status: null }, 'malformed', 401],
  ])('%s is not taken, and nothing is called', async (_, claims, reason, status) => {
    for (const onStale of ['refuse', 'accept'] as const) {
      const { issuer, verifier } = await build({ onStale });
      const outcome = await verifier.verify(await issuer.token(claims));
      expect(verdict(outcome)).toBe(reason);
      expect(!outcome.ok && createResponse(outcome.refusal).status).toBe(status);
      expect(issuer.asked).toEqual([`${ISSUER}/.well-known/jwks.json`]);
    }
  });
});
