import { decodeJwt, exportJWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { APP_ORIGIN, local, PASSWORD, type Tokens } from '../support/client.ts';
import { DpopClient, type ProofChanges } from '../support/dpop-client.ts';
import { createDpopDevice, hashOfToken } from '../support/dpop-device.ts';
import { problemOf } from '../support/problem.ts';

const ALGS = 'algs="ES256 Ed25519 EdDSA RS256 PS256"';
const now = () => Math.floor(Date.now() / 1_000);

/** One place where proofs are taken, as the token endpoint and a resource each have their errors. */
type Door = {
  path: string;
  method: string;
  status: number;
  open(client: DpopClient, changes?: ProofChanges): Promise<Response>;
  send(client: DpopClient, proof: string): Promise<Response>;
};

describe('DPoP', () => {
  let client: DpopClient;
  let tokens: Tokens;
  beforeAll(async () => {
    client = await DpopClient.create(local);
    tokens = await client.register('dpop');
  });

  it('binds what a sign-in gives to the key of its proof', async () => {
    expect(tokens.token_type).toBe('DPoP');
    expect(decodeJwt(tokens.access_token)).toMatchObject({ cnf: { jkt: client.device.thumbprint } });
    const json = { username: 'dpop', password: PASSWORD };
    const again = await (await client.call('POST', '/auth/login', { json })).json<Tokens>();
    expect(again.token_type).toBe('DPoP');
    const byHeader = await client.call('POST', '/auth/login', {
      headers: { Authorization: `Basic ${btoa(`dpop:${PASSWORD}`)}` },
    });
    expect((await byHeader.json<Tokens>()).token_type).toBe('DPoP');
  });

  it.each(['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'])('takes keys for %s', async (alg) => {
    const other = await DpopClient.create(local, alg);
    const own = await other.register(`dpop-${alg.toLowerCase()}`);
    expect((await other.call('GET', '/auth/me', { token: own.access_token })).status).toBe(200);
  });

  it('changes nothing for who sends no proof', async () => {
    const plain = await local.login('dpop');
    expect(plain.token_type).toBe('Bearer');
    expect(decodeJwt(plain.access_token).cnf).toBeUndefined();
    const response = await local.refresh(plain.refresh_token, { bearer: plain.access_token });
    expect(response.status).toBe(200);
    expect(response.headers.has('DPoP-Nonce')).toBe(false);
  });

  it('refreshes with the key, and leaves a stolen refresh token useless without it', async () => {
    const { refresh_token: stolen } = await local.login('dpop');
    expect((await local.refresh(stolen)).status).toBe(200);

    const thief = await DpopClient.create(local);
    expect(await problemOf(await local.refresh(tokens.refresh_token))).toBe('400 invalid_grant');
    expect(await problemOf(await thief.refresh(tokens.refresh_token))).toBe('400 invalid_grant');
    const renewed = await client.refresh(tokens.refresh_token);
    expect(renewed.status).toBe(200);
    tokens = await renewed.json<Tokens>();
    expect(tokens).toMatchObject({ token_type: 'DPoP', generation: 1 });
    const withBoth = await client.call('POST', '/auth/refresh', {
      json: { refresh_token: tokens.refresh_token },
      token: tokens.access_token,
    });
    expect(withBoth.status).toBe(200);
    tokens = await withBoth.json<Tokens>();
  });

  it('repeats a lost refresh for its key and its new proof', async () => {
    const options = { json: { refresh_token: tokens.refresh_token }, key: 'k' };
    const lost = await client.call('POST', '/auth/refresh', options);
    const repeated = await client.call('POST', '/auth/refresh', options);
    expect([lost, repeated].map(({ headers }) => headers.get('Refresh-Outcome'))).toEqual([
      'rotated',
      'repeated',
    ]);
    tokens = await repeated.json<Tokens>();
  });

  it('binds the access token of a session that began without a key', async () => {
    const plain = await local.login('dpop');
    const renewed = await (await client.refresh(plain.refresh_token)).json<Tokens>();
    expect(renewed.token_type).toBe('DPoP');
    expect((await local.refresh(renewed.refresh_token)).status).toBe(200);
  });

  it('refuses a bound token as a bearer token, and a plain one with a proof', async () => {
    const bearer = await local.call('GET', '/auth/me', { bearer: tokens.access_token });
    expect(bearer.status).toBe(401);
    expect(bearer.headers.get('WWW-Authenticate')).toBe(
      `DPoP error="invalid_token", error_description="The access token is bound to a key: send it with a DPoP proof", ${ALGS}`,
    );
    const plain = await local.login('dpop');
    const dressed = await client.call('GET', '/auth/me', { token: plain.access_token });
    expect(await problemOf(dressed)).toBe('401 invalid_token');
    const bare = { Authorization: `DPoP ${tokens.access_token}` };
    expect((await local.call('GET', '/auth/me', { headers: bare })).status).toBe(401);
    const downgraded = await local.refresh(tokens.refresh_token, { bearer: tokens.access_token });
    expect(downgraded.status).toBe(401);
  });

  it('refuses the key of somebody else', async () => {
    const thief = await DpopClient.create(local);
    const response = await thief.call('GET', '/auth/me', { token: tokens.access_token });
    expect(await problemOf(response)).toBe('401 invalid_token');
  });

  it('says what it takes, in challenges and to pages', async () => {
    const response = await local.call('GET', '/auth/me', { origin: APP_ORIGIN });
    expect(response.headers.get('WWW-Authenticate')).toBe(`Bearer realm="edgemint", DPoP ${ALGS}`);
    expect(response.headers.get('Access-Control-Expose-Headers')).toContain('DPoP-Nonce');
    const broken = await client.call('GET', '/auth/me', {
      token: `${tokens.access_token.slice(0, -8)}AAAAAAAA`,
    });
    expect(broken.headers.get('WWW-Authenticate')).toMatch(/^DPoP error="invalid_token", .*algs=/);
    const metadata = await (await local.call('GET', '/.well-known/openid-configuration')).json();
    expect(metadata).toMatchObject({
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'EdDSA', 'RS256', 'PS256'],
    });
  });

  const doors: [string, Door][] = [
    [
      'at a refresh',
      {
        path: '/auth/refresh',
        method: 'POST',
        status: 400,
        open: (by, changes) => by.refresh(tokens.refresh_token, changes),
        send: (by, proof) =>
          by.send('POST', '/auth/refresh', { json: { refresh_token: tokens.refresh_token } }, proof),
      },
    ],
    [
      'at a resource',
      {
        path: '/auth/me',
        method: 'GET',
        status: 401,
        open: (by, changes) => by.call('GET', '/auth/me', { token: tokens.access_token }, changes),
        send: (by, proof) => by.send('GET', '/auth/me', {}, proof, tokens.access_token),
      },
    ],
  ];

  describe.each(doors)('%s', (_, door) => {
    const proofOf = async (changes: ProofChanges = {}) =>
      client.proof(door.method, door.path, door.status === 401 ? tokens.access_token : undefined, changes);

    it.each<[string, ProofChanges]>([
      ['of another type', { header: { typ: 'JWT' } }],
      ['without a type', { header: { typ: undefined } }],
      ['without its key', { header: { jwk: undefined } }],
      ['of another method', { claims: { htm: 'PUT' } }],
      ['of a method in small letters', { claims: { htm: door.method.toLowerCase() } }],
      ['without a method', { claims: { htm: undefined } }],
      ['for another path', { claims: { htu: `${local.origin}/auth/sessions` } }],
      ['for another host', { claims: { htu: `https://evil.example${door.path}` } }],
      ['without an address', { claims: { htu: undefined } }],
      ['an hour old', { claims: { iat: now() - 3_600 } }],
      ['of the next hour', { claims: { iat: now() + 3_600 } }],
      ['without a time', { claims: { iat: undefined } }],
      ['that expired an hour ago', { claims: { exp: now() - 3_600 } }],
      ['without an id', { claims: { jti: undefined } }],
      ['with an endless id', { claims: { jti: 'x'.repeat(129) } }],
      ['too large to look at', { claims: { more: 'x'.repeat(4_096) } }],
    ])('refuses a proof %s', async (_what, changes) => {
      const response = await door.open(client, changes);
      expect(response.headers.get('WWW-Authenticate')).toBe(
        door.status === 401
          ? `DPoP error="invalid_dpop_proof", error_description="The DPoP proof is invalid", ${ALGS}`
          : null,
      );
      expect(await problemOf(response)).toBe(`${door.status} invalid_dpop_proof`);
    });

    it('refuses a proof that anybody could make', async () => {
      const { device } = client;
      const claims = decodeJwt(await proofOf());
      const secret = new TextEncoder().encode('a secret of thirty-two characters');
      const symmetric = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } as object })
        .sign(secret);
      const [, payload] = symmetric.split('.');
      const none = `${btoa(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: device.jwk })).replaceAll('=', '')}.${payload}.`;
      const shown = await proofOf({ header: { jwk: await exportJWK(device.privateKey) } });
      const other = await createDpopDevice();
      const foreign = await other.prove(claims, { jwk: device.jwk });
      for (const proof of [symmetric, none, shown, foreign, '', 'x', `${await proofOf()}=`])
        expect(await problemOf(await door.send(client, proof))).toBe(`${door.status} invalid_dpop_proof`);
    });

    it('refuses two proofs', async () => {
      const response = await door.send(client, `${await proofOf()}, ${await proofOf()}`);
      expect(await problemOf(response)).toBe(`${door.status} invalid_dpop_proof`);
    });

    it.each<[string, string | undefined]>([
      ['no nonce', undefined],
      ['an empty nonce', ''],
      ['a nonce of its own', 'a nonce'],
      ['a forged nonce', 'z.AAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAA'],
    ])('asks for its nonce when a proof has %s', async (_what, nonce) => {
      const response = await door.open(client, { claims: { nonce } });
      const fresh = response.headers.get('DPoP-Nonce') ?? '';
      expect(response.headers.get('WWW-Authenticate')).toBe(
        door.status === 401
          ? `DPoP error="use_dpop_nonce", error_description="Make the DPoP proof again, with the nonce in the header DPoP-Nonce", ${ALGS}`
          : null,
      );
      expect(await problemOf(response)).toBe(`${door.status} use_dpop_nonce`);
      const answer = await door.open(client, { claims: { nonce: fresh } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('DPoP-Nonce')).toMatch(/^[\w.-]+$/);
      if (door.status === 400) tokens = await answer.json<Tokens>();
    });

    it('minds neither query nor fragment, nor how the address is written, nor a clock minutes wrong, nor nbf and exp', async () => {
      const htu = `${local.origin.replace('http', 'HTTP').replace('localhost', 'LOCALHOST:80')}${door.path}?x=1#y`;
      const claims = { htu, iat: now() - 240, nbf: now() - 240, exp: now() + 3_600 };
      const answer = await door.open(client, { claims });
      expect(answer.status).toBe(200);
      if (door.status === 400) tokens = await answer.json<Tokens>();
    });

    it('takes a proof once, whatever comes at the same time', async () => {
      const proof = await proofOf();
      const answers = await Promise.all(Array.from({ length: 8 }, () => door.send(client, proof)));
      const good = answers.filter(({ status }) => status === 200);
      const problems = await Promise.all(answers.filter(({ status }) => status !== 200).map(problemOf));
      expect(good).toHaveLength(1);
      expect(new Set(problems)).toEqual(new Set([`${door.status} invalid_dpop_proof`]));
      if (door.status === 400) tokens = (await good[0]?.json<Tokens>()) ?? tokens;
    });
  });

  it.each([
    ['for another token', hashOfToken('another')],
    ['for none', Promise.resolve(undefined)],
  ])('refuses a proof %s at a resource', async (_, ath) => {
    const changes = { claims: { ath: await ath } };
    const response = await client.call('GET', '/auth/me', { token: tokens.access_token }, changes);
    expect(await problemOf(response)).toBe('401 invalid_dpop_proof');
  });
});
