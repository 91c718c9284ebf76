import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { createHttpsIssuer } from '../support/client.ts';
import { createOpenIssuer } from '../support/oauth.ts';

const issuer = createOpenIssuer();
const CONFIGURATION = '/.well-known/openid-configuration';

async function read(from = issuer, path = CONFIGURATION): Promise<Record<string, unknown>> {
  const response = await from.call('GET', path, { origin: 'https://any.example' });
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  return response.json<Record<string, unknown>>();
}

function addressesOf(metadata: Record<string, unknown>): [string, URL][] {
  const named = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
  return named.map(([name, address]) => [name, new URL(String(address))]);
}

describe('discovery', () => {
  it('names only what is there, in both documents', async () => {
    const metadata = await read();
    expect(await read(issuer, '/.well-known/oauth-authorization-server')).toEqual(metadata);
    expect(metadata.issuer).toBe(issuer.origin);
    const addresses = addressesOf(metadata);
    expect(addresses.length).toBeGreaterThan(9);
    for (const [name, { pathname }] of addresses) {
      const statuses = await Promise.all(
        ['GET', 'POST'].map(async (method) => (await issuer.call(method, pathname)).status),
      );
      expect(statuses, name).not.toContain(404);
      expect(
        statuses.every((status) => status === 405),
        name,
      ).toBe(false);
    }
    const closed = await createOpenIssuer({ CLIENT_REGISTRATION: 'off' }).call('GET', CONFIGURATION);
    expect(await closed.json()).not.toHaveProperty('registration_endpoint');
    // Nobody gets RS256 without an RSA_KEY.
    expect(metadata.id_token_signing_alg_values_supported).toEqual(['ES256', 'EdDSA']);
  });

  it('gives https addresses of the issuer alone, without query and fragment', async () => {
    const secure = createHttpsIssuer({ CLIENT_REGISTRATION: 'open' });
    const metadata = await read(secure);
    expect(metadata.issuer).toBe(secure.origin);
    for (const [name, { origin, search, hash }] of addressesOf(metadata))
      expect([origin, search, hash], name).toEqual([secure.origin, '', '']);
    expect(secure.origin).toMatch(/^https:/);
  });

  it('has what is required, leaves out what is empty, and lists no weak algorithm', async () => {
    const metadata = await read();
    expect(metadata).toMatchObject({
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'form_post'],
      subject_types_supported: ['public'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
      request_parameter_supported: false,
      claims_parameter_supported: false,
    });
    for (const [name, value] of Object.entries(metadata)) {
      if (Array.isArray(value)) expect(value, name).not.toEqual([]);
      if (/auth_methods_supported$/.test(name) && (value as string[]).includes('private_key_jwt')) {
        const algs = metadata[name.replace('_methods_supported', '_signing_alg_values_supported')];
        expect(algs, name).toEqual(expect.arrayContaining(['RS256', 'ES256']));
      }
      if (/alg_values_supported$/.test(name))
        for (const alg of value as string[]) expect(alg, name).toMatch(/^(RS|PS|ES)256$|^Ed/);
    }
  });

  it('publishes public signing keys, each with a name of its own', async () => {
    const { keys } = await (await issuer.call('GET', '/.well-known/jwks.json')).json<JSONWebKeySet>();
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    for (const key of keys) {
      expect(key).toMatchObject({ use: 'sig', kid: expect.any(String), alg: expect.any(String) });
      for (const member of ['d', 'p', 'q', 'k']) expect(key).not.toHaveProperty(member);
    }
    const { access_token } = await issuer.register('named-key');
    expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(access_token).kid);
  });
});
