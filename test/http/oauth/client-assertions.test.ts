import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { ASSERTION_TYPE } from '../../../src/core/oauth/client-assertion.ts';
import { createOpenIssuer, postForm, type Registered, registerClient } from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

const issuer = createOpenIssuer();

async function createKey(alg: string): Promise<{ alg: string; privateKey: CryptoKey; jwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: await exportJWK(publicKey) };
}
type Key = Awaited<ReturnType<typeof createKey>>;

function register(keys: JWK[], metadata: object = {}): Promise<Registered> {
  return registerClient(issuer, {
    grant_types: ['client_credentials'],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys },
    ...metadata,
  });
}

async function present({ client_id }: Registered, { alg, privateKey }: Key, header = {}): Promise<Response> {
  const client_assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg, ...header })
    .setIssuer(client_id)
    .setSubject(client_id)
    .setAudience(issuer.origin)
    .setExpirationTime('1m')
    .sign(privateKey);
  const form = { grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion };
  return postForm(issuer, '/oauth/token', form);
}

describe('private_key_jwt with more than one key', () => {
  it('needs no kid: each key that fits is tried', async () => {
    const keys = await Promise.all(['ES256', 'ES256', 'RS256', 'Ed25519'].map(createKey));
    const client = await register(keys.map(({ jwk }) => jwk));
    for (const key of keys) expect((await present(client, key)).status).toBe(200);
    await expectProblem(await present(client, await createKey('ES256')), 401, 'invalid_client');
  });

  it('is not stopped by a key that is of another curve, for another use, or none', async () => {
    const key = await createKey('ES256');
    const { x, y, ...pointless } = key.jwk;
    const { jwk: longer } = await createKey('ES384');
    const client = await register([longer, { ...key.jwk, use: 'enc' }, pointless, key.jwk]);
    expect((await present(client, key)).status).toBe(200);
    const sealing = await register([{ ...key.jwk, use: 'enc' }]);
    await expectProblem(await present(sealing, key), 401, 'invalid_client');
  });

  it('takes the key that a kid names, and no other', async () => {
    const [first, second] = await Promise.all([createKey('ES256'), createKey('ES256')]);
    const client = await register([
      { ...first.jwk, kid: 'a' },
      { ...second.jwk, kid: 'b' },
    ]);
    expect((await present(client, second, { kid: 'b' })).status).toBe(200);
    for (const kid of ['a', 'c'])
      await expectProblem(await present(client, second, { kid }), 401, 'invalid_client');
  });
});

describe('token_endpoint_auth_signing_alg (OpenID Connect Registration section 2)', () => {
  it('is kept, and an assertion by another is refused', async () => {
    const [rsa, ec] = await Promise.all([createKey('RS256'), createKey('ES256')]);
    const token_endpoint_auth_signing_alg = 'RS256';
    const client = await register([rsa.jwk, ec.jwk], { token_endpoint_auth_signing_alg });
    expect(client).toMatchObject({ token_endpoint_auth_signing_alg });
    expect((await present(client, rsa)).status).toBe(200);
    await expectProblem(await present(client, ec), 401, 'invalid_client');
  });

  it.each(['none', 'HS256', 'ES512', 5])('is not %s', async (token_endpoint_auth_signing_alg) => {
    const json = { redirect_uris: ['https://client.example.com/cb'], token_endpoint_auth_signing_alg };
    const response = await issuer.call('POST', '/oauth/register', { json });
    await expectProblem(response, 400, 'invalid_client_metadata');
  });
});
