import { beforeAll, describe, expect, it } from 'vitest';
import type { MutualOptions } from '../../src/sdk/mutual.ts';
import { createIssuer } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { readFields } from '../support/digest-client.ts';
import { createClient, enrol, headersOf, issuer, PATH } from '../support/mutual-issuer.ts';

stopClock();

beforeAll(async () => {
  await enrol('ada');
});

describe('the client', () => {
  const answering = (change: (response: Response) => Response) => ({
    async fetch(_url: unknown, init?: RequestInit) {
      const headers = headersOf(init);
      return change(await issuer.call('POST', PATH, { headers }));
    },
  });

  it('uses no answer of a server that doesn’t know the password', async () => {
    const forged = (info: string | undefined) =>
      answering((response) => {
        if (response.status !== 200) return response;
        const headers = new Headers(response.headers);
        if (info === undefined) headers.delete('authentication-info');
        else headers.set('authentication-info', info);
        return new Response(response.body, { status: 200, headers });
      });
    for (const info of [undefined, '', 'version=1, sid=00, vks=00', `version=1, vks=${'ab'.repeat(32)}`]) {
      const { client } = createClient('ada', forged(info) as Partial<MutualOptions>);
      await expect(client.post(), String(info)).rejects.toMatchObject({ code: 'server_not_verified' });
    }
  });

  it('takes no plain 200 in the place of a challenge or an exchange', async () => {
    const plain = answering(() => Response.json({ access_token: 'forged' }));
    await expect(createClient('ada', plain as Partial<MutualOptions>).client.post()).rejects.toMatchObject({
      code: 'not_offered',
    });
    const later = answering((response) =>
      response.headers.get('www-authenticate')?.includes('ks1') ? Response.json({}) : response,
    );
    await expect(createClient('ada', later as Partial<MutualOptions>).client.post()).rejects.toMatchObject({
      code: 'server_not_verified',
    });
  });

  it('answers no challenge of another host, or of a validation that it can’t do', async () => {
    for (const [from, to] of [
      ['"localhost"', '"evil.example"'],
      ['validation=host', 'validation=tls-unique'],
      ['version=1', 'version=2'],
      ['algorithm=iso-kam3-ec-p256-sha256', 'algorithm=constructor'],
    ] as const) {
      const changed = answering((response) => {
        const headers = new Headers(response.headers);
        headers.set('www-authenticate', (headers.get('www-authenticate') ?? '').replace(from, to));
        return new Response(response.body, { status: response.status, headers });
      });
      await expect(
        createClient('ada', changed as Partial<MutualOptions>).client.post(),
      ).rejects.toMatchObject({ code: 'not_offered' });
    }
  });

  /** Fetches as the Worker answers, but for the one step: 0 asks for the challenge, 1 exchanges keys, 2 proves. */
  const otherwise = (step: number, answer: (response: Response) => Response | Promise<Response>) => ({
    async fetch(_url: unknown, init?: RequestInit) {
      const headers = headersOf(init);
      const { authorization = '' } = headers;
      const isNow = (authorization.includes('kc1=') ? 1 : authorization.includes('vkc=') ? 2 : 0) === step;
      const response = await issuer.call('POST', PATH, { headers });
      return isNow ? answer(response) : response;
    },
  });
  const faultOf = (more: object) =>
    createClient('ada', more as Partial<MutualOptions>)
      .client.post()
      .catch((fault: unknown) => fault);

  describe.each(['iso-kam3-ec-p256-sha256', 'iso-kam3-dl-2048-sha256'])('with %s', (algorithm) => {
    it('comes later where it is told to, at each step', async () => {
      const limited = createIssuer({
        AUTH_SCHEMES: 'mutual',
        SIGN_IN_LIMIT: { limit: async () => ({ success: false }) },
      });
      for (const step of [0, 1, 2]) {
        const busy = () => new Response(null, { status: 503, headers: { 'Retry-After': '7' } });
        expect(await faultOf({ algorithm, ...otherwise(step, busy) }), `503 at ${step}`).toMatchObject({
          name: 'MutualError',
          code: 'try_later',
          retryAfterSeconds: 7,
        });
      }
      const answer = async () =>
        limited.call('POST', PATH, { json: { username: 'ada', password: 'kept out' } });
      for (const step of [1, 2])
        expect(await faultOf({ algorithm, ...otherwise(step, answer) }), `429 at ${step}`).toMatchObject({
          code: 'try_later',
          retryAfterSeconds: 60,
        });
      const date = () =>
        new Response(null, { status: 503, headers: { 'Retry-After': 'Wed, 25 Nov 2026 12:00:00 GMT' } });
      expect(await faultOf({ algorithm, ...otherwise(2, date) })).toMatchObject({ retryAfterSeconds: 1 });
    });

    it('takes no value that isn’t written as the algorithm does, and throws nothing foreign', async () => {
      for (const text of ['""', '"!!!!"', '"a"', '"Zm9v=Zm9v"', '"0"', '-']) {
        for (const [step, name, field] of [
          [1, 'www-authenticate', 'ks1'],
          [2, 'authentication-info', 'vks'],
        ] as const) {
          const garble = (response: Response) => {
            const headers = new Headers(response.headers);
            const pattern = new RegExp(`\\b${field}=("[^"]*"|[^\\s,]+)`);
            expect(headers.get(name)).toMatch(pattern);
            headers.set(name, (headers.get(name) ?? '').replace(pattern, `${field}=${text}`));
            return new Response(response.body, { status: response.status, headers });
          };
          expect(await faultOf({ algorithm, ...otherwise(step, garble) }), `${field}=${text}`).toMatchObject({
            name: 'MutualError',
            code: 'server_not_verified',
          });
        }
      }
    });
  });

  it.each([400, 403, 404])('takes a %i for no word on the credentials', async (status) => {
    for (const step of [0, 1, 2])
      expect(
        await faultOf(otherwise(step, () => Response.json({ error: 'other' }, { status }))),
        `at ${step}`,
      ).toMatchObject({ name: 'MutualError', code: 'refused', status });
  });

  it('says that Mutual is offered no more, where it was', async () => {
    let at = issuer;
    const { client } = createClient('ada', {
      fetch: async (_url, init) => at.call('POST', PATH, { headers: headersOf(init) }),
    });
    expect((await client.post()).status).toBe(200);
    at = createIssuer({ AUTH_SCHEMES: 'basic' });
    await expect(client.post()).rejects.toMatchObject({ code: 'not_offered' });
    at = issuer;
    expect((await client.post()).status).toBe(200);
  });

  it.each(['김철수', 'bj\u00f6rn', "o'(*)\n", 'a"\\b', '\ud800'])(
    'takes the name %j for any other that nobody has',
    async (username) => {
      const { client, seen } = createClient(username);
      await expect(client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
      expect(seen.map(({ status }) => status)).toEqual([401, 401, 401]);
      // What a header can't hold, browsers throw at.
      expect(seen[1]?.authorization).toMatch(/, user\*?=[ -~]+$/);
    },
  );

  it('asks again for a realm that is another by now, with a session of the old one or without', async () => {
    /** In the one that isn't the Worker's nobody has credentials. */
    let realm = 'be\\"fore';
    const asked: (string | undefined)[] = [];
    const { client } = createClient('ada', {
      async fetch(_url, init) {
        const { authorization = '', ...others } = headersOf(init);
        asked.push(readFields(authorization).realm);
        const isOld = !authorization.includes(`realm="${realm}"`);
        const response = await issuer.call('POST', PATH, {
          headers: { ...others, ...(!isOld && { authorization }) },
        });
        const headers = new Headers(response.headers);
        const challenge = headers.get('www-authenticate')?.replace('realm="edgemint"', `realm="${realm}"`);
        if (challenge !== undefined) headers.set('www-authenticate', challenge);
        return new Response(response.body, { status: response.status, headers });
      },
    });
    await expect(client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
    expect(asked.splice(0)).toEqual([undefined, 'be"fore']);
    realm = 'edgemint';
    expect((await client.post()).status).toBe(200);
    expect(asked.splice(0)).toEqual(['be"fore', undefined, 'edgemint', 'edgemint']);
    expect((await client.post()).status).toBe(200);
    expect(asked.splice(0)).toEqual(['edgemint']);
    realm = 'after';
    await expect(client.post()).rejects.toMatchObject({ code: 'wrong_credentials' });
    expect(asked.splice(0)).toEqual(['edgemint', undefined, 'after']);
  });

  it('asks once: not for a realm that is another at each answer', async () => {
    let turn = 0;
    const fickle = answering((response) => {
      const headers = new Headers(response.headers);
      const challenge = headers.get('www-authenticate') ?? '';
      turn += 1;
      headers.set('www-authenticate', challenge.replace('realm="edgemint"', `realm="${turn}"`));
      return new Response(response.body, { status: response.status, headers });
    });
    const { client } = createClient('ada', fickle as Partial<MutualOptions>);
    for (const turns of [2, 5]) {
      await expect(client.post()).rejects.toMatchObject({ code: 'not_offered' });
      expect(turn).toBe(turns);
    }
  });
});
