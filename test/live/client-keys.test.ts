import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LiveServer } from './support/server.ts';

let server: LiveServer;
let publisher: Server;
let published: JWK[] = [];
let fetches = 0;

beforeAll(async () => {
  publisher = createServer((_, response) => {
    fetches += 1;
    response.writeHead(200, { 'content-type': 'application/jwk-set+json', 'cache-control': 'max-age=600' });
    response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve));
  server = await LiveServer.start({ CLIENT_REGISTRATION: 'open' });
});
afterAll(async () => {
  await server.stop();
  publisher.closeAllConnections();
  await new Promise((resolve) => publisher.close(resolve));
});

it('a client proves itself with a key that it publishes at its jwks_uri', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const stranger = await generateKeyPair('ES256');
  published = [{ ...(await exportJWK(publicKey)), kid: 'ours', use: 'sig' }];
  const { port } = publisher.address() as AddressInfo;
  const proveWith = (key: CryptoKey) => openid.PrivateKeyJwt({ key, kid: 'ours' });
  const insecure = { execute: [openid.allowInsecureRequests] };
  const config = await openid.dynamicClientRegistration(
    new URL(server.url),
    {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `http://127.0.0.1:${port}/jwks`,
    },
    proveWith(privateKey),
    insecure,
  );
  // Nothing is fetched before it is needed.
  expect(fetches).toBe(0);
  for (let time = 0; time < 2; time += 1)
    expect((await openid.clientCredentialsGrant(config)).token_type).toBe('bearer');
  expect(fetches).toBe(1);

  const { client_id } = config.clientMetadata();
  const auth = proveWith(stranger.privateKey);
  const impostor = await openid.discovery(new URL(server.url), client_id, undefined, auth, insecure);
  await expect(openid.clientCredentialsGrant(impostor)).rejects.toMatchObject({ error: 'invalid_client' });
});
