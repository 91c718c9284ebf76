import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/sdk/core/answer.ts';
import { backoffMs } from '../../src/sdk/core/backoff.ts';
import { isInvalidToken } from '../../src/sdk/core/challenge.ts';
import { marginSeconds, remainingSeconds, translate } from '../../src/sdk/core/lifetime.ts';
import {
  advance,
  attemptOf,
  EMPTY_BOOK,
  ensureKey,
  follow,
  forget,
  open,
  type PairBook,
} from '../../src/sdk/core/pair-book.ts';
import { defaultTransport } from '../../src/sdk/core/transport.ts';

const ADA = { session: 's1', generation: 0, username: 'ada' };

function at(generation: number, fresh = `key${generation}`) {
  return (book: PairBook) => ensureKey(follow(book, { session: 's1', generation }), 's1', fresh);
}

describe('the book of pairs', () => {
  const book = open(EMPTY_BOOK, ADA);

  it('keeps the first key of a generation, whoever asks next', () => {
    const keyed = ensureKey(ensureKey(book, 's1', 'mine'), 's1', 'theirs');
    expect(attemptOf(keyed, 's1')).toEqual({ session: 's1', generation: 0, key: 'mine' });
  });

  it('makes no key without a random one, and still refreshes', () => {
    expect(attemptOf(ensureKey(book, 's1', undefined), 's1')).toMatchObject({ key: undefined });
  });

  it('goes forward with answers, and anywhere with a 409', () => {
    const later = advance(book, { session: 's1', generation: 5 });
    expect(attemptOf(advance(later, { session: 's1', generation: 3 }), 's1')?.generation).toBe(5);
    expect(attemptOf(follow(later, { session: 's1', generation: 3 }), 's1')?.generation).toBe(3);
  });

  it('keeps the keys of the last 16 generations, and refuses to go on where one is gone', () => {
    let used = book;
    for (let generation = 0; generation <= 16; generation += 1) used = at(generation)(used);
    expect(attemptOf(at(1, 'other')(used), 's1')?.key).toBe('key1');
    expect(attemptOf(at(0, 'other')(used), 's1')).toBeUndefined();
  });

  it('keeps eight sessions, and forgets one that ended for good', () => {
    let many = EMPTY_BOOK;
    for (let each = 0; each < 10; each += 1) many = open(many, { ...ADA, session: `s${each}` });
    expect(Object.keys(many.sessions)).toEqual(['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9']);
    const left = forget(many, 's9', true);
    expect(left.latest).toBeUndefined();
    expect(left.ending).toEqual(['s9']);
    expect(advance(left, { session: 's9', generation: 7 })).toEqual(left);
  });
});

describe('the life of a token', () => {
  const since = { wall: 1_000_000, steady: 5_000 };
  it.each([
    ['at once', 0, 0, 600],
    ['after a minute', 60_000, 60_000, 540],
    ['after a night, in which one clock slept', 36_000_000, 0, -35_400],
    ['after the clock was set back three hours', -10_740_000, 60_000, 540],
    ['after the clock was set on three hours: too soon, which is harmless', 10_860_000, 60_000, -10_260],
  ])('%s', (_, wall, steady, left) => {
    const now = { wall: since.wall + wall, steady: since.steady + steady };
    expect(remainingSeconds(since, 600, now)).toBe(left);
  });

  it('ends early by half a minute, or by a tenth where it is short', () => {
    expect([600, 60, 5].map(marginSeconds)).toEqual([30, 6, 0.5]);
  });

  it('is the same on another page, whose steady clock began at another time', () => {
    const now = { wall: 1_030_000, steady: 1_000_000 };
    expect(remainingSeconds(translate(since, now), 600, now)).toBe(570);
  });
});

describe('backing off', () => {
  it('doubles, with jitter, and gives up', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((tries) => [backoffMs(tries, 0, 0), backoffMs(tries, 1, 0)]);
    expect(waits).toEqual([
      [250, 500],
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
      [undefined, undefined],
    ]);
  });

  it('waits as long as it is asked to, within reason', () => {
    expect(backoffMs(1, 0, 3)).toBe(3_000);
    expect(backoffMs(1, 0, 60)).toBeUndefined();
  });
});

describe('an answer of the issuer', () => {
  const json = (status: number, body: object, headers = {}) => Response.json(body, { status, headers });
  it.each([
    ['tokens', json(200, { generation: 1 }), { kind: 'done', body: { generation: 1 } }],
    ['nothing, on purpose', new Response(null, { status: 204 }), { kind: 'done', body: {} }],
    [
      'a page of somebody else',
      new Response('<html>', { status: 200 }),
      { kind: 'failed', error: { code: 'network' } },
    ],
    [
      'somebody else’s 404',
      new Response('<html>', { status: 404 }),
      { kind: 'failed', error: { status: 404 } },
    ],
    [
      'a busy guard',
      json(503, { error: 'temporarily_unavailable' }, { 'retry-after': '2' }),
      { kind: 'failed', error: { retryAfterSeconds: 2 } },
    ],
    [
      'too many',
      json(429, { error: 'temporarily_unavailable' }),
      { kind: 'failed', error: { code: 'temporarily_unavailable' } },
    ],
    [
      'a newer pair',
      json(409, { error: 'superseded', session: 's', generation: 4 }),
      { kind: 'superseded', newest: 4 },
    ],
    ['a dead end', json(409, { error: 'superseded' }), { kind: 'superseded', newest: undefined }],
    ['theft', json(400, { error: 'invalid_grant', reason: 'reuse' }), { kind: 'refused', reason: 'reuse' }],
    [
      'a wrong password',
      json(400, { error: 'invalid_grant' }),
      { kind: 'refused', error: { code: 'invalid_grant', status: 400 } },
    ],
    ['a taken name', json(409, { error: 'invalid_request' }), { kind: 'refused', error: { status: 409 } }],
  ])('%s', async (_, response, answer) => {
    expect(await readAnswer(response)).toMatchObject(answer);
  });
});

describe('a challenge', () => {
  it.each([
    [true, 'Bearer error="invalid_token", error_description="The access token expired"'],
    [true, 'Basic realm="x", Bearer realm="y", error=invalid_token'],
    [false, 'Bearer realm="y"'],
    [false, 'Bearer error="invalid_token_type"'],
    [false, 'Bearer error="insufficient_scope"'],
  ])('%s: %s', (expected, header) => {
    const response = new Response(null, { status: 401, headers: { 'www-authenticate': header } });
    expect(isInvalidToken(response)).toBe(expected);
  });
});

describe('the default transport', () => {
  it.each([
    ['cookie', 'https://id.example.com', 'https://app.example.com'],
    ['cookie', 'https://example.com', 'https://example.com'],
    ['cookie', 'http://localhost:8787', 'http://localhost:5173'],
    ['memory', 'http://localhost:8787', 'http://127.0.0.1:5173'],
    ['memory', 'http://10.0.0.1', 'http://11.0.0.1'],
    ['memory', 'https://id.example.com', 'http://app.example.com'],
    ['memory', 'https://id.example.com', 'https://app.example.org'],
    ['memory', 'https://[::1]:1', 'https://[::2]:1'],
  ])('is %s for %s from %s', (transport, issuer, page) => {
    expect(defaultTransport(new URL(issuer), new URL(page))).toBe(transport);
  });
});
