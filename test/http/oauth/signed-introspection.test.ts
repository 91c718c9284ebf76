import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import type { Tokens } from '../../support/client.ts';
import { basicOf, createOpenIssuer, postForm, registerClient } from '../../support/oauth.ts';

const issuer = createOpenIssuer();
const SIGNED = 'application/token-introspection+jwt';

/** RFC 9701. */
it('introspection is signed for who asks for that, and passes for no other token', async () => {
  const client = await registerClient(issuer, { grant_types: ['client_credentials'], redirect_uris: [] });
  const own = { grant_type: 'client_credentials' };
  const { access_token: token } = await (
    await postForm(issuer, '/oauth/token', own, basicOf(client))
  ).json<Tokens>();
  const introspect = (text: string, accept: string) =>
    postForm(issuer, '/oauth/introspect', { token: text }, { ...basicOf(client), Accept: accept });
  const plain = await (await introspect(token, 'application/json')).json<object>();
  expect(plain).toMatchObject({ active: true, client_id: client.client_id });

  const response = await introspect(token, `${SIGNED}, application/json;q=0.5`);
  expect(response.headers.get('content-type')).toBe(SIGNED);
  const signed = await response.text();
  expect(decodeProtectedHeader(signed).typ).toBe('token-introspection+jwt');
  const keys = await (await issuer.call('GET', '/.well-known/jwks.json')).json<JSONWebKeySet>();
  const expected = { issuer: issuer.origin, audience: client.client_id, typ: 'token-introspection+jwt' };
  const { payload } = await jwtVerify(signed, createLocalJWKSet(keys), expected);
  expect(payload.token_introspection).toEqual(plain);
  // Section 5: nothing that would let it pass for an access token or an ID token.
  expect(Object.keys(payload).toSorted()).toEqual(['aud', 'iat', 'iss', 'token_introspection']);
  expect((await issuer.call('GET', '/auth/me', { bearer: signed })).status).toBe(401);

  const dead = await jwtVerify(await (await introspect('x', SIGNED)).text(), createLocalJWKSet(keys));
  expect(dead.payload.token_introspection).toEqual({ active: false });
});
