import { AwsV4Signer } from 'aws4fetch';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createIssuer, local, PASSWORD, type Tokens } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();
const issuer = createIssuer({ AUTH_SCHEMES: 'aws4' });
const URL_ = `${issuer.origin}/auth/login`;
const CHALLENGE = 'AWS4-HMAC-SHA256 realm="edgemint", region="us-east-1", service="edgemint"';

type Key = { accessKeyId: string; secretAccessKey: string };
type Signing = ConstructorParameters<typeof AwsV4Signer>[0];

async function createKey(username: string): Promise<Key & { bearer: string }> {
  const { access_token: bearer } = await local.register(username);
  return { ...(await addKey(bearer)), bearer };
}

async function addKey(bearer: string): Promise<Key> {
  const response = await local.call('POST', '/auth/credentials', { bearer, json: { type: 'aws4' } });
  expect(response.status).toBe(201);
  const key = await response.json<{ id: string; access_key_id: string; secret_access_key: string }>();
  expect(key.id).toBe(key.access_key_id);
  return { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
}

const instant = (offset = 0) =>
  new Date((clock.now() + offset) * 1_000).toISOString().replace(/[-:]|\.\d+/g, '');

/** A request signed by aws4fetch. */
async function signed({ accessKeyId, secretAccessKey }: Key, more: Partial<Signing> = {}): Promise<Request> {
  const signer = new AwsV4Signer({
    ...{ method: 'POST', url: URL_, service: 'edgemint', region: 'us-east-1', datetime: instant() },
    ...{ accessKeyId, secretAccessKey },
    ...more,
    headers: { host: new URL(URL_).host, ...(more.headers as Record<string, string>) },
  });
  const { method, url, headers, body } = await signer.sign();
  return new Request(url, { method, headers, ...(body != null && { body }) });
}

function send(request: Request, more: Record<string, string> = {}): Promise<Response> {
  const headers = { ...Object.fromEntries(request.headers), host: 'localhost', ...more };
  const path = request.url.slice(issuer.origin.length);
  return request
    .arrayBuffer()
    .then((body) => issuer.call(request.method, path, { headers, ...(body.byteLength > 0 && { body }) }));
}

async function expectRefused(response: Response): Promise<void> {
  expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
  await expectProblem(response, 401);
}

describe('a signed request', () => {
  it('signs in, by the header and by the query, and its door is named', async () => {
    const key = await createKey('service');
    expect(key.accessKeyId).toMatch(/^EDGE[A-Z2-7]{16}$/);
    expect(key.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    const presigned = { signQuery: true, url: `${URL_}?X-Amz-Expires=60` };
    for (const more of [{}, presigned, { headers: { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' } }]) {
      const response = await send(await signed(key, { ...more, datetime: instant() }));
      expect(response.status, await response.clone().text()).toBe(200);
      const { access_token } = await response.json<Tokens>();
      expect(decodeJwt(access_token)).toMatchObject({ sub: 'service', amr: ['pop', 'aws4'] });
    }
  });

  it('protects its body', async () => {
    const key = await createKey('bodied');
    const body = '{"transport":"body"}';
    const headers = { 'content-type': 'application/json' };
    const request = await signed(key, { body, headers });
    const other = new Request(request.clone(), { body: '{"transport": "body"}' });
    await expectRefused(await send(other));
    expect((await send(request)).status).toBe(200);
    clock.advance(1);
    const declared = await signed(key, {
      body,
      headers: { ...headers, 'X-Amz-Content-Sha256': 'ab'.repeat(32) },
    });
    await expectRefused(await send(declared));
  });

  it('is taken once', async () => {
    const key = await createKey('once');
    const request = await signed(key);
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(request.clone() as Request)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    clock.advance(900);
    await expectRefused(await send(request.clone() as Request));
    const presigned = await signed(key, { signQuery: true, url: `${URL_}?X-Amz-Expires=3600` });
    expect((await send(presigned.clone() as Request)).status).toBe(200);
    clock.advance(3_599);
    await expectRefused(await send(presigned.clone() as Request));
  });

  it('is good for 15 minutes of clock, a presigned one to 5 minutes after its end', async () => {
    const key = await createKey('clocked');
    for (const offset of [-900, 900])
      expect((await send(await signed(key, { datetime: instant(offset) }))).status).toBe(200);
    for (const offset of [-901, 901])
      await expectRefused(await send(await signed(key, { datetime: instant(offset) })));
    const presign = (offset: number) =>
      signed(key, { signQuery: true, url: `${URL_}?X-Amz-Expires=60`, datetime: instant(offset) });
    expect((await send(await presign(-360))).status).toBe(200);
    await expectRefused(await send(await presign(-361)));
    await expectRefused(await send(await presign(901)));
  });

  it('may have an address with a query of its own, and headers with spaces and repetitions', async () => {
    const key = await createKey('folded');
    const url = `${URL_}?b=2&a=x%20y&a=&c&%7Ed=%2F`;
    const headers = { 'x-amz-meta-a': '  a   b  ', 'x-amz-meta-b': 'c,d' };
    const request = await signed(key, { url, headers });
    expect((await send(request, { 'x-amz-meta-b': 'c, d' })).status).toBe(200);
  });

  it('may have a date with its comma beside a repeated header', async () => {
    const key = await createKey('dated');
    const headers = { date: new Date(clock.now() * 1_000).toUTCString(), 'x-amz-meta-b': 'c,d' };
    expect(headers.date).toContain(', ');
    const request = await signed(key, { headers, allHeaders: true });
    expect(request.headers.get('authorization')).toContain('SignedHeaders=date;host;');
    expect((await send(request, { 'x-amz-meta-b': 'c, d' })).status).toBe(200);
  });
});

describe('what is refused', () => {
  it.each([
    ['a wrong secret', { secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }],
    ['another region', { region: 'eu-west-1' }],
    ['another service', { service: 's3' }],
    ['another method', { method: 'PUT' }],
    ['another address', { url: `${issuer.origin}/auth/refresh` }],
    ['a session token', { sessionToken: 'token' }],
  ] as [string, Partial<Signing>][])('%s', async (name, more) => {
    const key = await createKey(`refused-${name.replaceAll(' ', '-')}`);
    const { headers } = await signed({ ...key, ...more } as Key, more);
    await expectRefused(
      await issuer.call('POST', '/auth/login', {
        headers: { ...Object.fromEntries(headers), host: 'localhost' },
      }),
    );
  });

  it('another user’s key, an unsigned header of AWS’s own, both forms at once', async () => {
    const one = await createKey('one');
    const two = await createKey('two');
    await expectRefused(await send(await signed({ ...one, accessKeyId: two.accessKeyId })));
    await expectRefused(await send(await signed(one), { 'x-amz-meta-added': '1' }));
    const presigned = await signed(one, { signQuery: true, url: `${URL_}?X-Amz-Expires=60` });
    const { headers } = await signed(one);
    await expectRefused(await send(presigned, { authorization: headers.get('authorization') ?? '' }));
  });

  it('what was signed for another host, though it comes with that one’s name; not what a proxy names otherwise', async () => {
    const key = await createKey('elsewhere');
    const host = 'evil.example';
    const { headers } = await signed(key, { url: `http://${host}/auth/login` });
    await expectRefused(await send(new Request(URL_, { method: 'POST', headers }), { host }));
    expect((await send(await signed(key), { host })).status).toBe(200);
  });

  it('a key that was ended, though another of the same user stands', async () => {
    const key = await createKey('ending');
    const other = await addKey(key.bearer);
    const path = `/auth/credentials/${key.accessKeyId}`;
    expect((await local.call('DELETE', path, { bearer: key.bearer })).status).toBe(204);
    await expectRefused(await send(await signed(key)));
    expect((await send(await signed(other))).status).toBe(200);
  });

  it('a key whose user ended all with the password; else the change lists it', async () => {
    const key = await createKey('leaving');
    const change = (current: string, next: string, more = {}) =>
      local.call('PUT', '/auth/password', { bearer: key.bearer, json: { current, next, ...more } });
    const kept = await change(PASSWORD, `${PASSWORD} 2`);
    expect(kept.status).toBe(200);
    expect(await kept.json()).toMatchObject({ credentials: [{ id: key.accessKeyId, type: 'aws4' }] });
    expect((await send(await signed(key))).status).toBe(200);
    clock.advance(1);
    expect((await change(`${PASSWORD} 2`, `${PASSWORD} 3`, { end_credentials: true })).status).toBe(204);
    await expectRefused(await send(await signed(key)));
  });

  it('a new key, or a new password, with the fresh sign-in of a service’s key', async () => {
    const key = await createKey('machine');
    const { access_token: bearer } = await (await send(await signed(key))).json<Tokens>();
    const added = await local.call('POST', '/auth/credentials', { bearer, json: { type: 'aws4' } });
    await expectProblem(added, 400, 'invalid_grant');
    const change = await local.call('PUT', '/auth/password', {
      bearer,
      json: { next: `${PASSWORD} stolen` },
    });
    await expectProblem(change, 400, 'invalid_grant');
  });

  it('a new key with a sign-in older than 5 minutes, unless the password comes with it', async () => {
    const { access_token: bearer } = await local.register('stale');
    clock.advance(300);
    await expectProblem(
      await local.call('POST', '/auth/credentials', { bearer, json: { type: 'aws4' } }),
      400,
      'invalid_grant',
    );
    const json = { type: 'aws4', password: PASSWORD };
    expect((await local.call('POST', '/auth/credentials', { bearer, json })).status).toBe(201);
  });
});

describe('guessing', () => {
  it('at a key is throttled, and an invented key is too, at the same calls and answers', async () => {
    const known = await createKey('guessed');
    const invented = { accessKeyId: 'EDGEAAAAAAAAAAAAAAAA', secretAccessKey: 'x' };
    const { vars, calls } = createCountedBindings();
    const counted = createIssuer({ ...vars, AUTH_SCHEMES: 'aws4' });
    const seen = [];
    for (const key of [{ ...known, secretAccessKey: 'x' }, invented]) {
      const { headers } = await signed(key);
      calls.splice(0);
      const response = await counted.call('POST', '/auth/login', {
        headers: { ...Object.fromEntries(headers), host: 'localhost' },
      });
      seen.push({
        status: response.status,
        headers: [...response.headers],
        body: await response.text(),
        calls: calls.splice(0),
      });
    }
    expect(seen[1]).toEqual(seen[0]);
    for (const key of [known, invented]) {
      for (let attempt = 0; attempt < 9; attempt += 1) {
        clock.advance(1);
        await expectRefused(await send(await signed({ ...key, secretAccessKey: 'x' })));
      }
      clock.advance(1);
      await expectProblem(await send(await signed({ ...key, secretAccessKey: 'x' })), 429);
    }
    // Nobody guesses a signature: its owner is not locked out by whoever knows the key's id.
    expect((await send(await signed(known))).status).toBe(200);
    await expectProblem(await send(await signed(invented)), 429);
  });
});
