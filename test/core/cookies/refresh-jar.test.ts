import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSessionId } from '../../../src/core/account/session-id.ts';
import {
  choose,
  counts,
  formatCookieName,
  type JarEntry,
  olderThan,
  parseCookieName,
} from '../../../src/core/cookies/refresh-jar.ts';

const ONE = 'tgk1x0_8f3a09c2d4e5b6a7';
const OTHER = 'tgk1x1_0000000000000001';
const ORIGIN = 'https://app.example.com';

function entry(sid: string, generation: number, issuedAt = 1_000, text = `${sid} ${generation}`): JarEntry {
  return {
    name: { sid, generation },
    text,
    token: {
      ...{ sid, generation, issuedAt, username: 'alice', jti: 'j', validUntil: 9_999, expiresAt: 9_999 },
      ...{ clientId: 'edgemint', scope: '', authTime: 0, amr: [], origin: ORIGIN },
    },
  };
}

describe('a cookie’s name', () => {
  it('brings session and generation back, under either prefix', () => {
    const sid = fc
      .tuple(fc.integer({ min: 1, max: 1e15 }), fc.stringMatching(/^[0-9a-f]{16}$/))
      .map((parts) => createSessionId(...parts));
    fc.assert(
      fc.property(sid, fc.nat(), fc.constantFrom('__Host-', ''), (sid, generation, prefix) => {
        const text = formatCookieName({ sid, generation }, prefix);
        // RFC 6265 section 4.1.1: a cookie's name is a token of RFC 9110.
        expect(text).toMatch(/^[\w-]+$/);
        expect(parseCookieName(text, prefix)).toEqual({ sid, generation });
      }),
    );
  });

  it('is the one that DESIGN.md shows', () => {
    expect(formatCookieName({ sid: ONE, generation: 12 }, '__Host-')).toBe(`__Host-refresh-${ONE}-12`);
  });

  it('is read in one spelling only', () => {
    const text = fc.stringMatching(/^refresh-[0-9a-z]{1,3}_[0-9a-f]{16}-[0-9]{1,16}$/);
    fc.assert(
      fc.property(text, (text) => {
        const name = parseCookieName(text, '');
        if (name) expect(formatCookieName(name, '')).toBe(text);
      }),
    );
  });

  it.each([
    ['another cookie', 'session'],
    ['no session', '__Host-refresh--1'],
    ['no generation', `__Host-refresh-${ONE}`],
    ['an empty generation', `__Host-refresh-${ONE}-`],
    ['a negative generation', `__Host-refresh-${ONE}--1`],
    ['a leading zero', `__Host-refresh-${ONE}-01`],
    ['half a generation', `__Host-refresh-${ONE}-1.5`],
    ['an exponent', `__Host-refresh-${ONE}-1e3`],
    ['more digits than a number holds', `__Host-refresh-${ONE}-${'9'.repeat(16)}`],
    ['a foreign session id', '__Host-refresh-abc-1'],
    ['a capital', `__Host-refresh-${ONE.toUpperCase()}-1`],
    ['the prefix in small letters', `__host-refresh-${ONE}-1`],
    ['another prefix', `__Secure-refresh-${ONE}-1`],
    ['no prefix', `refresh-${ONE}-1`],
    ['something before it', `x__Host-refresh-${ONE}-1`],
    ['a line feed', `__Host-refresh-${ONE}-1\n`],
    ['other digits', `__Host-refresh-${ONE}-١`],
  ])('is not %s', (_, text) => {
    expect(parseCookieName(text, '__Host-')).toBeUndefined();
  });

  it('with the __Host- prefix does not count where there is none to be had', () => {
    expect(parseCookieName(`__Host-refresh-${ONE}-1`, '')).toBeUndefined();
  });
});

describe('a cookie counts', () => {
  const good = entry(ONE, 3);
  const withToken = (differences: Partial<JarEntry['token']>) => ({
    ...good,
    token: { ...good.token, ...differences },
  });
  const { origin: _, ...bodyToken } = good.token;

  it.each<[string, JarEntry, string | undefined, boolean]>([
    ['if its token says what its name says, on its own origin', good, ORIGIN, true],
    ['if the request comes from no browser', good, undefined, true],
    ['not on another origin', good, 'https://other.example.com', false],
    ['not on no origin worth the name', good, 'null', false],
    ['not on an empty origin', good, '', false],
    ['not with another generation’s token', withToken({ generation: 4 }), ORIGIN, false],
    ['not with another session’s token', withToken({ sid: OTHER }), ORIGIN, false],
    ['not with a token that was given out in a body', { ...good, token: bodyToken }, ORIGIN, false],
    [
      'not with a token that was given out in a body, from no browser',
      { ...good, token: bodyToken },
      undefined,
      false,
    ],
    ['if no browser opened it, and none sends it', withToken({ origin: '' }), undefined, true],
    ['not in a browser if none opened it', withToken({ origin: '' }), ORIGIN, false],
  ])('%s', (_, candidate, origin, isCounted) => {
    expect(counts(candidate, origin)).toBe(isCounted);
  });
});

describe('choose', () => {
  // The other session's are issued between those of this one.
  const jar = [entry(ONE, 10, 2_000), entry(OTHER, 1, 1_500), entry(ONE, 9, 1_000), entry(OTHER, 2, 2_500)];

  it.each<[string, Parameters<typeof choose>[1], string, string | undefined]>([
    ['the named pair', { session: ONE, generation: 9 }, 'taken', `${ONE} 9`],
    ['the newest pair, named', { session: ONE, generation: 10 }, 'taken', `${ONE} 10`],
    ['the newest of the named session, by generation', { session: ONE }, 'taken', `${ONE} 10`],
    ['the one minted last, of whatever session', {}, 'taken', `${OTHER} 2`],
    [
      'nothing of a session that is not there',
      { session: 'zzz_0000000000000000', generation: 1 },
      'none',
      undefined,
    ],
    [
      'nothing of a session that is not there, whichever',
      { session: 'zzz_0000000000000000' },
      'none',
      undefined,
    ],
    [
      'not another generation than the named: that is superseded by a newer',
      { session: ONE, generation: 3 },
      'superseded',
      `${ONE} 10`,
    ],
    [
      'not another generation than the named, even a lower one',
      { session: OTHER, generation: 7 },
      'superseded',
      `${OTHER} 2`,
    ],
    ['generation 0 as a generation', { session: ONE, generation: 0 }, 'superseded', `${ONE} 10`],
  ])('takes %s', (_, wanted, kind, text) => {
    const choice = choose(jar, wanted);
    expect(choice.kind).toBe(kind);
    expect(
      choice.kind === 'taken'
        ? choice.entry.text
        : choice.kind === 'superseded'
          ? choice.newest.text
          : undefined,
    ).toBe(text);
    expect(choose(jar.toReversed(), wanted)).toEqual(choice);
  });

  it('takes nothing from an empty jar', () => {
    for (const wanted of [{}, { session: ONE }, { session: ONE, generation: 1 }])
      expect(choose([], wanted)).toEqual({ kind: 'none' });
  });

  it('takes the later generation of two that were minted in one second', () => {
    const choice = choose([entry(ONE, 3, 1_000), entry(ONE, 2, 1_000)], {});
    expect(choice).toMatchObject({ kind: 'taken', entry: { name: { generation: 3 } } });
  });

  it('counts a generation as a number, not as text', () => {
    expect(choose([entry(ONE, 9), entry(ONE, 10)], { session: ONE })).toMatchObject({
      entry: { name: { generation: 10 } },
    });
  });

  it('leaves the jar as it is', () => {
    const frozen = Object.freeze([...jar]);
    choose(frozen, {});
    expect(frozen).toEqual(jar);
  });

  it('never takes another pair than the one that was named, nor another session', () => {
    const cookie = fc
      .tuple(fc.constantFrom(ONE, OTHER), fc.nat(5), fc.nat(3))
      .map((parts) => entry(...parts));
    const wanted = fc.record({ session: fc.constantFrom(ONE, OTHER), generation: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(cookie, { maxLength: 12 }), wanted, (entries, { session, generation }) => {
        const choice = choose(entries, { session, generation });
        const own = entries.filter((each) => each.name.sid === session);
        const isThere = own.some((each) => each.name.generation === generation);
        expect(choice.kind).toBe(isThere ? 'taken' : own.length > 0 ? 'superseded' : 'none');
        if (choice.kind === 'taken') expect(choice.entry.name).toEqual({ sid: session, generation });
        if (choice.kind === 'superseded')
          expect(choice.newest.name).toEqual({
            sid: session,
            generation: Math.max(...own.map((each) => each.name.generation)),
          });
      }),
    );
  });
});

describe('olderThan', () => {
  it('clears older cookies of the same session that were carried, and no others', () => {
    const carried = [
      ...[
        { sid: ONE, generation: 1 },
        { sid: ONE, generation: 2 },
        { sid: ONE, generation: 3 },
      ],
      ...[
        { sid: ONE, generation: 4 },
        { sid: OTHER, generation: 1 },
      ],
    ];
    expect(olderThan(carried, { sid: ONE, generation: 3 })).toEqual([
      { sid: ONE, generation: 1 },
      { sid: ONE, generation: 2 },
    ]);
    expect(olderThan(carried, { sid: ONE, generation: 0 })).toEqual([]);
    expect(olderThan([], { sid: ONE, generation: 3 })).toEqual([]);
  });
});
