import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session, SpentGeneration } from '../../../src/core/account/session.ts';
import { createSessionId } from '../../../src/core/account/session-id.ts';
import { formatSessionRecord, parseSessionRecord } from '../../../src/core/account/session-record.ts';
import { DAY, HERE, START, sessionOf } from './sessions.ts';

const instant = fc.nat(4_000_000_000);
const keyHash = fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{16}$/), { nil: undefined });
const place = fc.record({
  device: fc.string({ unit: 'grapheme' }),
  country: fc.constantFrom('', 'DE', 'JP'),
});

const session: fc.Arbitrary<Session> = fc
  .record({
    sid: fc.tuple(fc.integer({ min: 1, max: 1e15 }), fc.stringMatching(/^[0-9a-f]{16}$/)),
    clientId: fc.string(),
    scope: fc.string(),
    amr: fc.array(fc.string(), { maxLength: 3 }),
    authTime: instant,
    origin: fc.option(fc.webUrl(), { nil: undefined }),
    credential: fc.option(fc.string({ maxLength: 128 }), { nil: undefined }),
    expiresAt: instant,
    jti: fc.string(),
    keyHashes: fc.array(keyHash, { maxLength: 40 }),
    forgotten: fc.nat(100_000),
    openedAt: instant,
    lastUsedAt: instant,
    idleExpiresAt: instant,
    place,
    restored: fc.boolean(),
  })
  .map(({ sid, origin, credential, keyHashes, forgotten, ...facts }) => ({
    ...facts,
    ...(origin !== undefined && { origin }),
    ...(credential !== undefined && { credential }),
    sid: createSessionId(...sid),
    generation: forgotten + keyHashes.length,
    spent: keyHashes.map(
      (hash, index): SpentGeneration => ({
        generation: forgotten + index,
        ...(hash !== undefined && { keyHash: hash }),
        spentAt: START,
        place: HERE,
      }),
    ),
  }));

/** What a restored guard may know: the last 16 attempts, not when or where; the absolute end only. */
function asRestored(session: Session): Session {
  return {
    ...session,
    spent: session.spent.slice(-16).map(({ generation, keyHash: hash }) => ({
      generation,
      ...(hash !== undefined && { keyHash: hash }),
      spentAt: 0,
    })),
    idleExpiresAt: session.expiresAt,
    restored: true,
  };
}

describe('a session record', () => {
  it('brings back every session, marked as restored', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(session, { maxLength: 5 }), (highest, sessions) => {
        const { value } = formatSessionRecord({ highest, sessions }, START);
        expect(parseSessionRecord(value)).toEqual({ highest, sessions: sessions.map(asRestored) });
      }),
    );
  });

  it('brings back attempts with gaps between them, as a token ahead leaves them', () => {
    const spent = [3, 9, 10].map((generation) => ({
      generation,
      keyHash: `key-${generation}`,
      spentAt: START,
    }));
    const { value } = formatSessionRecord(
      { highest: 1, sessions: [sessionOf({ generation: 11, spent })] },
      START,
    );
    const restored = parseSessionRecord(value)?.sessions[0]?.spent;
    expect(restored).toEqual(spent.map((each) => ({ ...each, spentAt: 0 })));
  });

  it('keeps apart an attempt without a key and one that is not known', () => {
    const spent = [{ generation: 1, spentAt: START }];
    const { value } = formatSessionRecord(
      { highest: 1, sessions: [sessionOf({ generation: 2, spent })] },
      START,
    );
    expect(JSON.parse(value).sessions[0].spent).toEqual([null, '']);
    expect(parseSessionRecord(value)?.sessions[0]?.spent).toEqual([{ generation: 1, spentAt: 0 }]);
  });

  it('of no session is still a record, which knows the highest number', () => {
    const { value } = formatSessionRecord({ highest: 77, sessions: [] }, START);
    expect(parseSessionRecord(value)).toEqual({ highest: 77, sessions: [] });
  });

  it('lives as long as its latest session, at least the minute that KV demands', () => {
    const ttl = (...ends: number[]) =>
      formatSessionRecord(
        { highest: 1, sessions: ends.map((end) => sessionOf({ expiresAt: START + end })) },
        START + 0.5,
      ).ttlSeconds;
    expect(ttl(14 * DAY)).toBe(14 * DAY);
    expect(ttl(100, 5 * DAY, 200)).toBe(5 * DAY);
    expect(ttl(60)).toBe(60);
    expect(ttl(61)).toBe(61);
    expect(ttl(1)).toBe(60);
    expect(ttl(-500)).toBe(60);
    expect(ttl()).toBe(60);
  });

  it('takes under 700 bytes a session with 100 sessions of 10,000 rotations each', () => {
    const spent = Array.from({ length: 1_024 }, (_, index) => ({
      generation: 8_976 + index,
      keyHash: 'kkkkkkkkkkkkkkkk',
      spentAt: START,
      place: HERE,
    }));
    const sessions = Array.from({ length: 100 }, (_, index) =>
      sessionOf({
        sid: createSessionId(START + index, '8f3a09c2d4e5b6a7'),
        generation: 10_000,
        spent,
        jti: '6e1a0b2c-7c1d-4b53-9c7e-0d1f2a3b4c5d',
        origin: 'https://app.example.com',
        place: { device: 'Mobile Safari on iOS (iPhone)', country: 'DE' },
      }),
    );
    const { value } = formatSessionRecord({ highest: START + 99, sessions }, START);
    expect(value.length).toBeLessThan(100 * 700);
  });

  it('holds nothing but these members: no token, no key, no username', () => {
    const session = sessionOf({
      generation: 1,
      spent: [{ generation: 0, keyHash: 'hash', spentAt: START }],
      origin: 'https://a.example',
    });
    const { value } = formatSessionRecord({ highest: 1, sessions: [session] }, START);
    const written = JSON.parse(value);
    expect(Object.keys(written)).toEqual(['v', 'highest', 'sessions']);
    expect(Object.keys(written.sessions[0]).sort()).toEqual(
      [
        ...[
          'amr',
          'auth_time',
          'client_id',
          'country',
          'device',
          'expires_at',
          'generation',
          'idle_expires_at',
        ],
        ...['jti', 'last_used_at', 'opened_at', 'origin', 'scope', 'sid', 'spent'],
      ].sort(),
    );
    // A JWE and a JWT have dots between long segments.
    expect(value).not.toMatch(/[\w-]{20,}\.[\w-]*\./);
  });
});

describe('what is no record', () => {
  const good = JSON.parse(formatSessionRecord({ highest: 1, sessions: [sessionOf()] }, START).value);
  const withSession = (differences: object) => ({
    ...good,
    sessions: [{ ...good.sessions[0], ...differences }],
  });

  it('the record that is spoilt below is good', () => {
    expect(parseSessionRecord(JSON.stringify(good))).toBeDefined();
    expect(parseSessionRecord(JSON.stringify(withSession({})))).toBeDefined();
  });

  it.each([
    ['nothing', ''],
    ['broken JSON', '{"v":1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['an empty object', '{}'],
    ['another version', JSON.stringify({ ...good, v: 2 })],
    ['a version in words', JSON.stringify({ ...good, v: '1' })],
    ['no highest number', JSON.stringify({ ...good, highest: undefined })],
    ['a negative highest number', JSON.stringify({ ...good, highest: -1 })],
    ['an endless highest number', JSON.stringify(good).replace('"highest":1', '"highest":1e999')],
    ['sessions that are no list', JSON.stringify({ ...good, sessions: {} })],
    ['a session that is null', JSON.stringify({ ...good, sessions: [null] })],
    ['a session id without a number', JSON.stringify(withSession({ sid: '_8f3a09c2d4e5b6a7' }))],
    ['a session id with a dash', JSON.stringify(withSession({ sid: 'a-8f3a09c2d4e5b6a7' }))],
    ['a negative generation', JSON.stringify(withSession({ generation: -1 }))],
    ['half a generation', JSON.stringify(withSession({ generation: 0.5 }))],
    ['a generation in words', JSON.stringify(withSession({ generation: '0' }))],
    ['spent generations that are no list', JSON.stringify(withSession({ spent: 'x' }))],
    ['a spent generation that is a number', JSON.stringify(withSession({ spent: [1] }))],
    ['an end in words', JSON.stringify(withSession({ expires_at: 'never' }))],
    ['no end', JSON.stringify(withSession({ expires_at: undefined }))],
    ['methods that are no list', JSON.stringify(withSession({ amr: 'pwd' }))],
    ['an origin that is a number', JSON.stringify(withSession({ origin: 1 }))],
  ])('%s is refused', (_, text) => {
    expect(parseSessionRecord(text)).toBeUndefined();
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ ...good, sessions: [value] })),
        ),
        (text) => {
          expect(() => parseSessionRecord(text)).not.toThrow();
        },
      ),
    );
  });
});
