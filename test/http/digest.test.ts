import * as fc from 'fast-check';
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, local, PASSWORD, type Tokens, testEnv, WRONG_PASSWORD } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import { answerDigest, type DigestRequest, type Fields, readFields } from '../support/digest-client.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();
const issuer = createIssuer({ AUTH_SCHEMES: 'digest' });
const URI = '/auth/login';
const ALGORITHMS = ['SHA-256', 'SHA-512-256', 'SHA-256-sess', 'SHA-512-256-sess'];

function challengesIn(response: Response): Fields[] {
  return (response.headers.get('www-authenticate') ?? '')
    .split(/, (?=Digest )/)
    .filter((text) => text.startsWith('Digest '))
    .map(readFields);
}

async function challenge(algorithm = 'SHA-256'): Promise<Fields> {
  const response = await issuer.call('POST', URI);
  expect(response.status).toBe(401);
  const found = challengesIn(response).find((each) => each.algorithm === algorithm);
  if (!found) throw new Error(`${algorithm} is not offered`);
  return found;
}

const ask = (username: string, more: Partial<DigestRequest> = {}): DigestRequest => ({
  username,
  password: PASSWORD,
  method: 'POST',
  uri: URI,
  ...more,
});

function send(header: string, body?: string): Promise<Response> {
  const headers = {
    Authorization: header,
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  };
  return issuer.call('POST', URI, { headers, ...(body !== undefined && { body }) });
}

async function enrol(username: string): Promise<Tokens> {
  const tokens = await local.register(username);
  const json = { type: 'digest', password: PASSWORD };
  const response = await local.call('POST', '/auth/credentials', { bearer: tokens.access_token, json });
  expect(response.status, await response.clone().text()).toBe(201);
  return tokens;
}

async function expectStale(response: Response): Promise<void> {
  expect(challengesIn(response).map(({ stale }) => stale)).toEqual(Array(4).fill('true'));
  await expectProblem(response, 401);
}

async function expectRefused(response: Response): Promise<void> {
  expect(challengesIn(response)).toHaveLength(4);
  expect(challengesIn(response).some(({ stale }) => stale !== undefined)).toBe(false);
  await expectProblem(response, 401);
}

beforeAll(async () => {
  await enrol('mufasa');
});

describe('the challenge', () => {
  it('offers SHA-256 and SHA-512-256 with and without -sess, each in a header of its own, and no MD5', async () => {
    const response = await issuer.call('POST', URI);
    expect(challengesIn(response).map(({ algorithm }) => algorithm)).toEqual(ALGORITHMS);
    for (const fields of challengesIn(response))
      expect(fields).toMatchObject({
        realm: 'edgemint',
        qop: 'auth, auth-int',
        charset: 'UTF-8',
        userhash: 'true',
      });
    expect(response.headers.get('www-authenticate')).not.toMatch(/MD5|stale/i);
    expect(await (await issuer.call('POST', URI)).text()).toContain('no credentials');
  });

  it('stands before that of the scheme that sends the password', async () => {
    const both = createIssuer({ AUTH_SCHEMES: 'basic digest' });
    const header = (await both.call('POST', URI)).headers.get('www-authenticate') ?? '';
    expect(header).toMatch(/^Digest algorithm=SHA-256, .*, Basic realm="edgemint", charset="UTF-8"$/);
  });

  it('is absent where digest is off, and its answer is no use', async () => {
    const { header } = answerDigest(await challenge(), ask('mufasa'));
    const response = await local.call('POST', URI, { headers: { Authorization: header } });
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="edgemint", charset="UTF-8"');
    await expectProblem(response, 401);
  });
});

describe('an answer', () => {
  const body = '{"transport":"body"}';
  const cases = ALGORITHMS.flatMap((algorithm) =>
    (['auth', 'auth-int'] as const).flatMap((qop) =>
      [false, true].map((hideUsername) => ({ algorithm, qop, hideUsername })),
    ),
  );

  it.each(cases)('signs in: %o', async ({ algorithm, qop, hideUsername }) => {
    const answer = answerDigest(await challenge(algorithm), ask('mufasa', { qop, hideUsername, body }));
    const response = await send(answer.header, body);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(decodeJwt((JSON.parse(text) as Tokens).access_token)).toMatchObject({
      sub: 'mufasa',
      amr: ['pwd', 'digest'],
    });
    const info = readFields(response.headers.get('authentication-info') ?? '');
    expect(info).toMatchObject({
      rspauth: answer.expectRspauth(text),
      qop,
      cnonce: answer.cnonce,
      nc: '00000001',
    });
    expect(info.nextnonce).toMatch(/./);
  });

  it('counts up, and takes the next nonce of the answer, with the series of -sess or a new one', async () => {
    for (const algorithm of ALGORITHMS) {
      const fields = await challenge(algorithm);
      const response = await send(answerDigest(fields, ask('mufasa')).header);
      expect((await send(answerDigest(fields, ask('mufasa', { nc: 2 })).header)).status).toBe(200);
      expect((await send(answerDigest(fields, ask('mufasa', { nc: 0x1f })).header)).status).toBe(200);
      const next = {
        ...fields,
        nonce: readFields(response.headers.get('authentication-info') ?? '').nextnonce ?? '',
      };
      const first = { nonce: fields.nonce ?? '', cnonce: 'MTIzNDU2Nzg5' };
      const goingOn = answerDigest(next, ask('mufasa', { first, cnonce: 'another' }));
      expect((await send(goingOn.header)).status, algorithm).toBe(200);
      expect((await send(answerDigest(next, ask('mufasa', { nc: 2 })).header)).status, algorithm).toBe(200);
    }
  });

  it('names the username as RFC 8187 has it, and the address in full', async () => {
    const extended = { username: '', 'username*': "UTF-8''mufas%61" };
    expect(
      (await send(answerDigest(await challenge(), ask('mufasa', { override: extended })).header)).status,
    ).toBe(200);
    const full = answerDigest(await challenge(), ask('mufasa', { uri: `${issuer.origin}${URI}` }));
    expect((await send(full.header)).status).toBe(200);
  });

  it('can ask for a cookie, and its proof covers what is answered', async () => {
    const cookieBody = '{"transport":"cookie"}';
    const answer = answerDigest(await challenge(), ask('mufasa', { qop: 'auth-int', body: cookieBody }));
    const response = await send(answer.header, cookieBody);
    expect(response.headers.getSetCookie().join()).toContain('refresh-');
    const info = readFields(response.headers.get('authentication-info') ?? '');
    expect(info.rspauth).toBe(answer.expectRspauth(await response.text()));
  });
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
      .tuple(fc.nat(header.length - 1), fc.stringMatching(/^[ -~]{1,3}$/))
      .filter(
        ([at, text]) => at > 6 && header.slice(at, at + text.length).toLowerCase() !== text.toLowerCase(),
      )
      .map(([at, text]) => header.slice(0, at) + text + header.slice(at + text.length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, garbled), async (Authorization) => {
        const response = await issuer.call('POST', URI, { headers: { Authorization } });
        expect([401, 429]).toContain(response.status);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the address', () => {
  // What the runtime makes of a target, a client doesn't know: it signs what it sends.
  it.each([
    "/auth/login?a='b'",
    '/auth/login?',
    '/auth/login?a=%7e&b=~&c=+&d=%20',
    '/auth/login?a=\u00fc',
    '/auth/./login?x=//..',
    '/auth/%2e/login',
    'http://localhost:80/auth/login?full',
  ])('%s is the one that was signed', async (uri) => {
    const { header } = answerDigest(await challenge(), ask('mufasa', { uri }));
    const path = uri.replace('http://localhost:80', '');
    const sent = await issuer.call('POST', path, { headers: { Authorization: header } });
    expect(sent.status, await sent.clone().text()).toBe(200);
    const elsewhere = await issuer.call('POST', `${URI}?other`, { headers: { Authorization: header } });
    await expectRefused(elsewhere);
  });

  it.each(['/auth/refresh', '//evil.example/auth/login', '/auth/login#', '/auth/login/', '*', 'x:', '/%'])(
    '%s is another',
    async (uri) => {
      await expectRefused(await send(answerDigest(await challenge(), ask('mufasa', { uri })).header));
    },
  );
});

describe('an unknown user', () => {
  const seen = async (response: Response) => ({
    status: response.status,
    headers: [...response.headers].map(([name, value]) => [name, value.replace(/nonce="[^"]*"/g, 'nonce')]),
    body: await response.text(),
  });

  it.each([{ hideUsername: false }, { hideUsername: true }])(
    'gets the answer of a wrong password at the same calls: %o',
    async ({ hideUsername }) => {
      const known = `known-${hideUsername}`;
      await enrol(known);
      await local.register(`plain-${hideUsername}`);
      const { vars, calls } = createCountedBindings();
      const counted = createIssuer({ ...vars, AUTH_SCHEMES: 'digest' });
      const answers = [];
      for (const username of [known, `unknown-${hideUsername}`, `plain-${hideUsername}`]) {
        const wrong = ask(username, { password: WRONG_PASSWORD, hideUsername });
        const headers = { Authorization: answerDigest(await challenge(), wrong).header };
        calls.splice(0);
        answers.push({
          ...(await seen(await counted.call('POST', URI, { headers }))),
          calls: calls.splice(0),
        });
      }
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
      expect(answers[0]?.calls).toContain('PASSWORD_DESK.settle');
    },
  );
});

describe('guessing', () => {
  it('is throttled, in one allowance with the password’s other doors, and tells nobody that a guess was right', async () => {
    await enrol('guessed');
    const guess = async (password: string) =>
      send(answerDigest(await challenge(), ask('guessed', { password })).header);
    for (let attempt = 0; attempt < 5; attempt += 1) await expectRefused(await guess(WRONG_PASSWORD));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const json = { username: 'guessed', password: WRONG_PASSWORD };
      await expectProblem(await local.call('POST', URI, { json }), 400);
    }
    for (const password of [WRONG_PASSWORD, PASSWORD]) {
      const response = await guess(password);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      await expectProblem(response, 429);
    }
  });

  it('doesn’t tell whose hash a hidden username is by the guesses at its user', async () => {
    await enrol('hidden');
    const answers = [];
    for (const username of ['hidden', 'never-there']) {
      const json = { username, password: WRONG_PASSWORD };
      for (let attempt = 0; attempt < 11; attempt += 1) await local.call('POST', URI, { json });
      const hidden = ask(username, { password: WRONG_PASSWORD, hideUsername: true });
      for (let attempt = 0; attempt < 11; attempt += 1)
        answers.push((await send(answerDigest(await challenge(), hidden).header)).status);
    }
    expect(answers.slice(11)).toEqual(answers.slice(0, 11));
    expect(answers.slice(0, 11)).toEqual([...Array(10).fill(401), 429]);
    const right = ask('hidden', { hideUsername: true });
    expect((await send(answerDigest(await challenge(), right).header)).status).toBe(429);
  });

  it('leaves nothing behind that grows: only accepted nonces are remembered', async () => {
    const row = await testEnv.DIRECTORY.prepare(
      "SELECT sealed FROM credentials WHERE type = 'digest'",
    ).first();
    expect(String(row?.sealed)).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});
