import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { local, PASSWORD, WRONG_PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { answerDigest, type DigestRequest, readFields } from '../support/digest-client.ts';
import {
  ask,
  challenge,
  enrol,
  expectRefused,
  expectStale,
  issuer,
  send,
  URI,
} from '../support/digest-issuer.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();

/** What a list says: case, space and empty elements count for nothing (RFC 9110 section 5.6.1). */
function saidBy(list: string): string {
  const elements = list.split(',').map((element) => element.trim().toLowerCase());
  return elements.filter((element) => element !== '').join();
}

beforeAll(async () => {
  await enrol('mufasa');
});

describe('what is refused', () => {
  it.each([
    ['a wrong password', { password: WRONG_PASSWORD }],
    ['another method', { method: 'GET' }],
    ['MD5, which a downgrading client takes', { override: { algorithm: 'MD5' } }],
    ['MD5-sess', { override: { algorithm: 'MD5-sess' } }],
    ['no algorithm, which means MD5', { override: { algorithm: '' } }],
    ['an algorithm other than was computed', { override: { algorithm: 'SHA-512-256' } }],
    ['no qop', { override: { qop: '' } }],
    ['another qop', { override: { qop: 'auth-conf' } }],
    ['another realm', { override: { realm: 'elsewhere' } }],
    ['another address', { uri: '/auth/refresh' }],
    ['another origin’s address', { uri: 'https://evil.example/auth/login' }],
    ['no nc', { override: { nc: '' } }],
    ['an nc of zero', { override: { nc: '00000000' } }],
    ['an nc of 7 digits', { override: { nc: '0000001' } }],
    ['no cnonce', { override: { cnonce: '' } }],
    ['another cnonce', { override: { cnonce: 'other' } }],
    ['no nonce', { override: { nonce: '' } }],
    ['no response', { override: { response: '' } }],
    ['half a response', { override: { response: 'ab'.repeat(16) } }],
    ['two usernames', { override: { 'username*': "UTF-8''mufasa" } }],
    ['a userhash that is none', { override: { userhash: 'true' } }],
    ['a repeated parameter', { override: { NC: '00000002' } }],
  ] as [string, Partial<DigestRequest>][])('%s', async (_, change) => {
    await enrolledFresh();
    await expectRefused(await send(answerDigest(await challenge(), ask(enrolled, change)).header));
  });

  let enrolled = 'mufasa';
  let attempts = 0;
  /** Ten wrong answers are throttled; each few go to another user. */
  async function enrolledFresh(): Promise<void> {
    attempts += 1;
    if (attempts % 8 !== 1) return;
    enrolled = `scar${attempts}`;
    await enrol(enrolled);
  }

  it('a body that auth-int was not made for', async () => {
    await enrol('int');
    const { header } = answerDigest(
      await challenge(),
      ask('int', { qop: 'auth-int', body: '{"transport":"body"}' }),
    );
    await expectRefused(await send(header, '{"transport": "body"}'));
  });

  it('another user’s answer', async () => {
    await enrol('nala');
    const { header } = answerDigest(await challenge(), ask('nala'));
    await expectRefused(await send(header.replace('nala', 'mufasa')));
  });

  it('a replay, with stale=true, and every count that isn’t above the last', async () => {
    const fields = await challenge();
    const fifth = answerDigest(fields, ask('mufasa', { nc: 5 })).header;
    expect((await send(fifth)).status).toBe(200);
    await expectStale(await send(fifth));
    await expectStale(await send(answerDigest(fields, ask('mufasa', { nc: 4 })).header));
    await expectStale(await send(answerDigest(fields, ask('mufasa', { nc: 5, cnonce: 'other' })).header));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(answerDigest(fields, ask('mufasa', { nc: 6 })).header)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('a nonce past its end or from elsewhere: stale=true if the answer is right, and only then', async () => {
    const fields = await challenge();
    clock.advance(299);
    expect((await send(answerDigest(fields, ask('mufasa')).header)).status).toBe(200);
    clock.advance(1);
    await expectStale(await send(answerDigest(fields, ask('mufasa', { nc: 2 })).header));
    await enrol('old');
    await expectRefused(await send(answerDigest(fields, ask('old', { password: WRONG_PASSWORD })).header));
    const forged = { ...fields, nonce: `${fields.nonce?.slice(0, -2)}AA` };
    await expectStale(await send(answerDigest(forged, ask('mufasa')).header));
    const invented = { ...fields, nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093' };
    await expectStale(await send(answerDigest(invented, ask('mufasa')).header));
  });

  it('another cnonce of a series of -sess, but for a next nonce: stale=true, as for anybody who counts on', async () => {
    await enrol('serial');
    const fields = await challenge('SHA-256-sess');
    const first = { nonce: fields.nonce ?? '', cnonce: 'MTIzNDU2Nzg5' };
    const response = await send(answerDigest(fields, ask('serial')).header);
    expect(response.status).toBe(200);
    const goOn = (username: string, more: Partial<DigestRequest>) =>
      send(answerDigest(fields, ask(username, { first, cnonce: 'another', ...more })).header);
    await expectStale(await goOn('serial', { nc: 2 }));
    await expectStale(await goOn('nobody', { nc: 2 }));
    // The first of a nonce goes on with no series.
    await expectRefused(await goOn('serial', { nc: 1 }));
    const { nextnonce = '' } = readFields(response.headers.get('authentication-info') ?? '');
    const next = answerDigest({ ...fields, nonce: nextnonce }, ask('serial', { first, cnonce: 'another' }));
    expect((await send(next.header)).status).toBe(200);
    // Most clients make the key anew with each cnonce.
    expect((await goOn('serial', { nc: 3, first: { ...first, cnonce: 'another' } })).status).toBe(200);
    for (let attempt = 0; attempt < 10; attempt += 1) await goOn('serial', { nc: 4 });
    await expectProblem(await goOn('serial', { nc: 4 }), 429);
  });

  it('a right answer that was held until the password or the credential was another', async () => {
    const tokens = await enrol('changing');
    const bearer = tokens.access_token;
    const held = answerDigest(await challenge(), ask('changing')).header;
    const next = `${PASSWORD} next`;
    const change = await local.call('PUT', '/auth/password', { bearer, json: { current: PASSWORD, next } });
    expect(change.status).toBe(204);
    await expectRefused(await send(held));
    expect(
      (await send(answerDigest(await challenge(), ask('changing', { password: next })).header)).status,
    ).toBe(200);
    const kept = answerDigest(await challenge(), ask('changing', { password: next })).header;
    expect((await local.call('DELETE', '/auth/credentials/digest', { bearer })).status).toBe(204);
    await expectRefused(await send(kept));
  });

  it('truncated and garbled answers, by the thousand: 401 or, once the guesses are spent, 429', async () => {
    await enrol('fuzzed');
    const { header } = answerDigest(await challenge(), ask('fuzzed'));
    const cut = fc.nat(header.length - 1).map((length) => header.slice(0, length));
    const garbled = fc
      .tuple(fc.integer({ min: 7, max: header.length - 1 }), fc.stringMatching(/^[ -~]{1,3}$/))
      .map(([at, text]) => header.slice(0, at) + text + header.slice(at + text.length))
      .filter((text) => saidBy(text) !== saidBy(header));
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, garbled), async (Authorization) => {
        const response = await issuer.call('POST', URI, { headers: { Authorization } });
        expect([401, 429]).toContain(response.status);
      }),
      { numRuns: 300 },
    );
  });
});
