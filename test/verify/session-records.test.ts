import { describe, expect, it } from 'vitest';
import { createSessionId } from '../../src/core/account/session-id.ts';
import type { VerifierOptions } from '../../src/verify/index.ts';
import { ISSUER, Issuer, verdict } from './support.ts';

const sidOf = (number: number) => createSessionId(number, '0123456789abcdef');

/** An API in the issuer's account: it looks into KV, which says what it is told. */
async function build(options: Partial<VerifierOptions> = {}) {
  const issuer = await Issuer.create();
  const opened = issuer.now - 3_600;
  const kv = { record: undefined as unknown, asked: [] as string[], isDown: false };
  const remember = (highest: number, ...live: number[]) => {
    kv.record = { v: 1, highest, sessions: live.map((number) => ({ sid: sidOf(number) })) };
  };
  const verifier = issuer.verifier({
    records: {
      async get(username) {
        kv.asked.push(username);
        if (kv.isDown) throw new Error('KV is down');
        return kv.record === undefined ? null : JSON.stringify(kv.record);
      },
    },
    ...options,
  });
  const tokenOf = (number: number) => issuer.token({ sid: sidOf(number), exp: issuer.now + 86_400 });
  const token = await tokenOf(opened);
  const check = async (presented = token) => verdict(await verifier.verify(presented));
  remember(opened, opened);
  return { issuer, opened, kv, remember, tokenOf, check };
}

describe('a token whose session is in its user’s record', () => {
  it('is taken, with one look for all calls of some seconds, and no status list is fetched', async () => {
    const { issuer, kv, check } = await build();
    for (let turn = 0; turn < 9; turn += 1) {
      expect(await check()).toBe('ok');
      issuer.now += 1;
    }
    expect(kv.asked).toEqual(['ada']);
    expect(issuer.asked).toEqual([`${ISSUER}/.well-known/jwks.json`]);
  });

  it('is refused as soon as the record says that it ended, remembered or not', async () => {
    const { issuer, opened, remember, check } = await build();
    expect(await check()).toBe('ok');
    remember(opened + 5, opened + 5);
    issuer.now += 10;
    expect(await check()).toBe('revoked');
  });

  it('is taken where the record is older than the session', async () => {
    const { opened, tokenOf, check } = await build();
    expect(await check(await tokenOf(opened + 1))).toBe('ok');
    expect(await check(await tokenOf(opened - 1))).toBe('revoked');
  });

  it('needs no look where it belongs to no session', async () => {
    const { issuer, kv, check } = await build();
    expect(await check(await issuer.token({ sub: 'client:cron' }))).toBe('ok');
    expect(kv.asked).toEqual([]);
  });

  it.each(['', 'x', 'tgk1x0', 1, null])('is not taken with a session named %j', async (sid) => {
    const { issuer, check } = await build();
    expect(await check(await issuer.token({ sid }))).toBe('malformed');
  });
});

describe('a user without a record', () => {
  it('has no session left, but one that was opened a moment ago', async () => {
    const { issuer, kv, tokenOf, check } = await build();
    kv.record = undefined;
    expect(await check()).toBe('revoked');
    const fresh = await tokenOf(issuer.now);
    expect(await check(fresh)).toBe('ok');
    issuer.now += 120;
    expect(await check(fresh)).toBe('revoked');
  });
});

describe('a record that can not be had', () => {
  it.each([
    ['while KV is down', (kv: { isDown: boolean }) => (kv.isDown = true)],
    ['of another version', (kv: { record: unknown }) => (kv.record = { v: 2, highest: 0, sessions: [] })],
    ['that is none', (kv: { record: unknown }) => (kv.record = 'x')],
  ])('%s: the last one serves for half a minute, and then the token is refused', async (_, spoil) => {
    const { issuer, kv, check } = await build();
    expect(await check()).toBe('ok');
    spoil(kv);
    issuer.now += 29;
    expect(await check()).toBe('ok');
    issuer.now += 1;
    expect(await check()).toBe('status_unknown');
    expect(issuer.faults.length).toBeGreaterThan(0);
  });

  it('lets the token pass, if the API says so', async () => {
    const { kv, check } = await build({ onStale: 'accept' });
    kv.isDown = true;
    expect(await check()).toBe('ok');
  });

  it('is no matter to who ignores it', async () => {
    const { kv, check } = await build({ onStale: 'ignore' });
    kv.isDown = true;
    expect(await check()).toBe('ok');
    expect(kv.asked).toEqual([]);
  });
});
