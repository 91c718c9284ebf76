import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, local, type Tokens } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { answerDigest, readFields } from '../support/digest-client.ts';
import {
  ALGORITHMS,
  ask,
  challenge,
  challengesIn,
  enrol,
  expectRefused,
  issuer,
  send,
  URI,
} from '../support/digest-issuer.ts';
import { expectProblem } from '../support/problem.ts';

stopClock();

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

  it('offers what DIGEST_ALGORITHMS names, in its order, also to an old nonce, and takes the others', async () => {
    const named = ALGORITHMS.toReversed().slice(1);
    const some = createIssuer({ AUTH_SCHEMES: 'digest', DIGEST_ALGORITHMS: named.join(' ') });
    const { header } = answerDigest(await challenge('SHA-512-256-sess'), ask('mufasa'));
    const answers = [];
    for (const headers of [{}, { Authorization: header }, { Authorization: header }])
      answers.push(await some.call('POST', URI, { headers }));
    expect(answers.map(({ status }) => status)).toEqual([401, 200, 401]);
    for (const answer of [answers[0], answers[2]] as Response[])
      expect(challengesIn(answer).map(({ algorithm }) => algorithm)).toEqual(named);
    expect(challengesIn(answers[2] as Response)[0]?.stale).toBe('true');
  });

  it('is one where one is named, for clients that stop at a second one', async () => {
    const one = createIssuer({ AUTH_SCHEMES: 'digest', DIGEST_ALGORITHMS: 'SHA-256' });
    const header = (await one.call('POST', URI)).headers.get('www-authenticate') ?? '';
    expect(header).toMatch(/^Digest algorithm=SHA-256, (?:[a-z]+=(?:"[^"]+"|[\w-]+)(?:, |$))+$/);
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
