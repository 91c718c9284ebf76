import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import type { Tokens } from '../../support/client.ts';
import {
  basicOf,
  createAdmin,
  createOpenIssuer,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';

const issuer = createOpenIssuer();
const SIGNED = 'application/token-introspection+jwt';
const JSON_TYPE = 'application/json';

/** What a client is told, signed or not. */
async function toldOf(token: string, by: Registered, accept = JSON_TYPE): Promise<unknown> {
  const headers = { ...basicOf(by), Accept: accept };
  const response = await postForm(issuer, '/oauth/introspect', { token }, headers);
  expect(response.headers.get('content-type')).toContain(accept);
  return accept === SIGNED ? decodeJwt(await response.text()).token_introspection : response.json();
}

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

/** RFC 9701 section 5, RFC 7662 section 2.2. */
it.each([JSON_TYPE, SIGNED])(
  'another’s access token is not active to a client that anybody could register: %s',
  async (accept) => {
    const [owner, stranger] = await Promise.all([registerClient(issuer), registerClient(issuer)]);
    const username = `told-${accept.length}`;
    const { access_token: token } = await (await PageBrowser.ofNewUser(issuer, username)).tokensFor(owner);
    const { access_token: firstParty } = await issuer.login(username);
    const inactive = { active: false };
    expect(await toldOf(token, stranger, accept)).toEqual(inactive);
    expect(await toldOf(firstParty, stranger, accept)).toEqual(inactive);
    expect(await toldOf(token, owner, accept)).toMatchObject({ active: true, sub: username });

    const { issuer: operated, admin } = await createAdmin(`teller-${accept.length}`, {
      CLIENT_REGISTRATION: 'open',
    });
    const { access_token: bearer } = admin;
    const json = { redirect_uris: [], grant_types: ['client_credentials'] };
    const resource = await (
      await operated.call('POST', '/admin/clients', { bearer, json })
    ).json<Registered>();
    const made = await operated.call('POST', '/admin/registration-tokens', { bearer, json: {} });
    const { initial_access_token } = await made.json<{ initial_access_token: string }>();
    const vouched = await operated.call('POST', '/oauth/register', { bearer: initial_access_token, json });
    for (const by of [resource, await vouched.json<Registered>()]) {
      expect(await toldOf(token, by, accept)).toMatchObject({ active: true, sub: username });
      expect(await toldOf(firstParty, by, accept)).toMatchObject({ active: true, sub: username });
    }
  },
);
