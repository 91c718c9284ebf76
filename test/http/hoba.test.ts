import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createHttpsIssuer, createIssuer, local, type Tokens } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import { readFields } from '../support/digest-client.ts';
import { HobaClient, type HobaKeyKind, toBase64url } from '../support/hoba-client.ts';
import { expectProblem } from '../support/problem.ts';

const clock = stopClock();
const issuer = createIssuer({ AUTH_SCHEMES: 'hoba' });
const ORIGIN = 'http://localhost:80';
const FORM = 'application/x-www-form-urlencoded';

async function challenge(): Promise<string> {
  const response = await issuer.call('POST', '/auth/login');
  expect(response.status).toBe(401);
  return readFields(response.headers.get('www-authenticate') ?? '').challenge ?? '';
}

const send = (Authorization: string) => issuer.call('POST', '/auth/login', { headers: { Authorization } });

async function enrol(username: string, client: HobaClient, bearer?: string): Promise<string> {
  const token = bearer ?? (await local.register(username)).access_token;
  const json = { type: 'hoba', kid: client.kid, public_key: await client.pem() };
  const response = await local.call('POST', '/auth/credentials', { bearer: token, json });
  expect(response.status, await response.clone().text()).toBe(201);
  return token;
}

async function expectRefused(response: Response): Promise<void> {
  expect(response.headers.get('www-authenticate')).toMatch(
    /^HOBA realm="edgemint", max-age="180", challenge="[\w-]+"$/,
  );
  await expectProblem(response, 401);
}

describe('a key', () => {
  it.each(['RSA', 'Ed25519', 'ES256'] satisfies HobaKeyKind[])(
    'of %s signs in, registered as PEM or JWK',
    async (kind) => {
      const client = await HobaClient.create(kind);
      const bearer = await enrol(`user-${kind.toLowerCase()}`, client);
      const other = await HobaClient.create(kind);
      const json = { type: 'hoba', kid: other.kid, public_key: await other.jwk() };
      expect((await local.call('POST', '/auth/credentials', { bearer, json })).status).toBe(201);
      for (const each of [client, other]) {
        const response = await send(await each.answer({ challenge: await challenge(), origin: ORIGIN }));
        expect(response.status, await response.clone().text()).toBe(200);
        const { access_token } = await response.json<Tokens>();
        expect(decodeJwt(access_token)).toMatchObject({
          sub: `user-${kind.toLowerCase()}`,
          amr: ['pop', 'hoba'],
        });
      }
    },
  );

  it('signs the realm or none, and gets fresh challenges at the well-known address', async () => {
    const client = await HobaClient.create('Ed25519');
    await enrol('getchal', client);
    const response = await issuer.call('POST', '/.well-known/hoba/getchal');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const fresh = await response.text();
    expect(fresh).toMatch(/^[\w-]+$/);
    const answer = await client.answer({ challenge: fresh, origin: ORIGIN, realm: '' });
    expect((await send(answer)).status).toBe(200);
    await expectProblem(await local.call('POST', '/.well-known/hoba/getchal'), 404);
  });

  it('may be written with the padding of base64, in the result and when it is registered', async () => {
    const client = await HobaClient.create('RSA', 'QUJDRA==');
    const { access_token: bearer } = await local.register('padding');
    const form = { pub: await client.pem(), kidtype: '2', kid: client.kid, didtype: '0', did: '' };
    const [body, headers] = [new URLSearchParams(form).toString(), { 'Content-Type': FORM }];
    const registered = await issuer.call('POST', '/.well-known/hoba/register', { bearer, body, headers });
    expect(await registered.text()).toBe('QUJDRA');
    for (const kid of [client.kid, 'QUJDRA']) {
      const fresh = await challenge();
      const padded = fresh + '='.repeat(-fresh.length & 3);
      const answer = await client.answer({ challenge: padded, origin: ORIGIN, kid, nonce: 'bm9uY2U=' });
      expect((await send(answer.replace(/"$/, '=="'))).status).toBe(200);
      await expectRefused(await send(answer));
    }
  });

  it('signs the port of https', async () => {
    const https = createHttpsIssuer({ AUTH_SCHEMES: 'hoba' });
    const client = await HobaClient.create('ES256');
    const { access_token: bearer } = await https.register('secured');
    const json = { type: 'hoba', kid: client.kid, public_key: await client.jwk() };
    expect((await https.call('POST', '/auth/credentials', { bearer, json })).status).toBe(201);
    const at = async (origin: string) => {
      const fresh = await (await https.call('POST', '/.well-known/hoba/getchal')).text();
      const Authorization = await client.answer({ challenge: fresh, origin });
      return https.call('POST', '/auth/login', { headers: { Authorization } });
    };
    expect((await at('https://id.example.com:443')).status).toBe(200);
    expect((await at('https://id.example.com')).status).toBe(401);
  });

  it('is registered by RFC 7486’s own form', async () => {
    const client = await HobaClient.create('RSA');
    const { access_token: bearer } = await local.register('former');
    const hash = toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', await client.spki())));
    const register = async (fields: Record<string, string>) =>
      issuer.call('POST', '/.well-known/hoba/register', {
        bearer,
        body: new URLSearchParams({ pub: await client.pem(), didtype: '0', did: 'laptop', ...fields }),
      });
    await expectProblem(await register({ kidtype: '0', kid: 'bm90LWl0cy1oYXNo' }), 400);
    const response = await register({ kidtype: '0', kid: hash });
    expect(response.headers.get('hobareg')).toBe('regok');
    expect(response.status).toBe(200);
    const answer = await client.answer({ challenge: await challenge(), origin: ORIGIN, kid: hash });
    expect((await send(answer)).status).toBe(200);
    const { credentials } = await (await local.call('GET', '/auth/credentials', { bearer })).json<{
      credentials: object[];
    }>();
    expect(credentials).toEqual([{ id: hash, type: 'hoba', created_at: clock.now() }]);
  });

  it('is one of several, and ended alone', async () => {
    const [one, two] = [await HobaClient.create('Ed25519'), await HobaClient.create('ES256')];
    const bearer = await enrol('several', one);
    await enrol('several', two, bearer);
    const held = await one.answer({ challenge: await challenge(), origin: ORIGIN });
    expect((await local.call('DELETE', `/auth/credentials/${one.kid}`, { bearer })).status).toBe(204);
    await expectRefused(await send(held));
    expect((await send(await two.answer({ challenge: await challenge(), origin: ORIGIN }))).status).toBe(200);
  });
});

describe('what is refused', () => {
  it('a replay, and with it a fresh challenge', async () => {
    const client = await HobaClient.create('ES256');
    await enrol('replayed', client);
    const fresh = await challenge();
    const answer = await client.answer({ challenge: fresh, origin: ORIGIN });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(answer)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // A signature of another form for the same text is the same answer.
    await expectRefused(await send(await client.answer({ challenge: fresh, origin: ORIGIN })));
    const again = await client.answer({ challenge: fresh, origin: ORIGIN, nonce: 'another' });
    expect((await send(again)).status).toBe(200);
  });

  it('a challenge past its max-age, or from elsewhere', async () => {
    const client = await HobaClient.create('Ed25519');
    await enrol('late', client);
    const fresh = await challenge();
    clock.advance(179);
    expect((await send(await client.answer({ challenge: fresh, origin: ORIGIN }))).status).toBe(200);
    clock.advance(1);
    await expectRefused(
      await send(await client.answer({ challenge: fresh, origin: ORIGIN, nonce: 'other' })),
    );
    await expectRefused(await send(await client.answer({ challenge: 'aW52ZW50ZWQ', origin: ORIGIN })));
  });

  it.each([
    ['another origin', { origin: 'http://evil.example:80' }],
    ['the origin without its port', { origin: 'http://localhost' }],
    ['another realm', { realm: 'elsewhere' }],
    ['another algorithm', { alg: '1' }],
  ])('%s in what was signed', async (name, more) => {
    const client = await HobaClient.create('RSA');
    await enrol(name.replaceAll(' ', '-'), client);
    await expectRefused(
      await send(await client.answer({ challenge: await challenge(), origin: ORIGIN, ...more })),
    );
  });

  it('another user’s key, a truncated answer', async () => {
    const [one, two] = [await HobaClient.create('Ed25519'), await HobaClient.create('Ed25519')];
    await enrol('first', one);
    await enrol('second', two);
    const answer = await one.answer({ challenge: await challenge(), origin: ORIGIN });
    await expectRefused(await send(answer.replace(one.kid, two.kid)));
    await expectRefused(
      await send(await one.answer({ challenge: await challenge(), origin: ORIGIN, kid: two.kid })),
    );
    for (let length = 5; length < answer.length; length += 20)
      await expectRefused(await send(answer.slice(0, length)));
  });

  it.each([
    ['no key', 'hello'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['PEM that is no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['a symmetric JWK', { kty: 'oct', k: 'AAAA' }],
    ['another curve', { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' }],
    ['a point that is not on its curve', { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['a small RSA key', { kty: 'RSA', n: 'AQAB'.repeat(32), e: 'AQAB' }],
  ])('%s as a public key', async (name, public_key) => {
    const { access_token: bearer } = await local.register(name.replaceAll(' ', '-').toLowerCase());
    const json = { type: 'hoba', kid: 'k1', public_key };
    await expectProblem(
      await local.call('POST', '/auth/credentials', { bearer, json }),
      400,
      'invalid_request',
    );
  });

  it('a private key, a key id of others, a key id that is none', async () => {
    const client = await HobaClient.create('Ed25519');
    const { access_token: bearer } = await local.register('sloppy');
    const add = async (more: object) =>
      local.call('POST', '/auth/credentials', {
        bearer,
        json: { type: 'hoba', kid: 'mine', public_key: await client.pem(), ...more },
      });
    await expectProblem(await add({ public_key: await client.jwk('privateKey') }), 400);
    for (const kid of ['', 'a.b', 'digest', 'k'.repeat(129)]) await expectProblem(await add({ kid }), 400);
    await enrol('earlier', client);
    await expectProblem(await add({ kid: client.kid }), 409);
  });
});

describe('guessing', () => {
  it('at a key is throttled, an invented one too, at the same calls and answers', async () => {
    const client = await HobaClient.create('Ed25519');
    await enrol('guessed', client);
    const stranger = await HobaClient.create('Ed25519');
    const { vars, calls } = createCountedBindings();
    const counted = createIssuer({ ...vars, AUTH_SCHEMES: 'hoba' });
    const seen = [];
    for (const kid of [client.kid, stranger.kid]) {
      const Authorization = await stranger.answer({ challenge: await challenge(), origin: ORIGIN, kid });
      calls.splice(0);
      const response = await counted.call('POST', '/auth/login', { headers: { Authorization } });
      const headers = [...response.headers].map(([name, value]) => [
        name,
        value.replace(/challenge="[^"]*"/, ''),
      ]);
      seen.push({ status: response.status, headers, body: await response.text(), calls: calls.splice(0) });
    }
    expect(seen[1]).toEqual(seen[0]);
    for (const kid of [client.kid, stranger.kid]) {
      const answer = async (by: HobaClient) =>
        send(await by.answer({ challenge: await challenge(), origin: ORIGIN, kid }));
      for (let attempt = 0; attempt < 9; attempt += 1) await expectRefused(await answer(stranger));
      await expectProblem(await answer(stranger), 429);
      // Nobody guesses a signature: its owner is not locked out by whoever knows the key's id.
      expect((await answer(client)).status).toBe(kid === client.kid ? 200 : 429);
    }
  });
});
