import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { AuthorizationCode, ClientCredentials } from 'simple-oauth2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK, insecure, startFlow } from './support/openid-flow.ts';
import { LiveServer } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

let server: LiveServer;
let issuer: URL;
let visitor: Visitor;

beforeAll(async () => {
  server = await LiveServer.start({ CLIENT_REGISTRATION: 'open' });
  issuer = new URL(server.url);
  visitor = new Visitor(server.url);
  await visitor.register('standard', 'kumquat oboe 42 zither');
});
afterAll(() => server.stop());

describe('openid-client', () => {
  const register = (metadata: Partial<openid.ClientMetadata> = {}, auth?: openid.ClientAuth) =>
    openid.dynamicClientRegistration(
      issuer,
      { redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'], ...metadata },
      auth,
      insecure,
    );

  it('finds, registers, signs in, refreshes, introspects, revokes, by the issuer’s URL alone', async () => {
    const config = await register();
    const { parameters, checks } = await startFlow();
    const back = await visitor.allow(openid.buildAuthorizationUrl(config, parameters));
    const tokens = await openid.authorizationCodeGrant(config, back, checks);
    expect(tokens.claims()).toMatchObject({ sub: 'standard', amr: ['pwd'] });
    expect(await openid.fetchUserInfo(config, tokens.access_token, 'standard')).toMatchObject({
      preferred_username: 'standard',
    });
    const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(renewed.claims()?.sub).toBe('standard');
    expect((await openid.tokenIntrospection(config, renewed.access_token)).active).toBe(true);
    expect((await openid.tokenIntrospection(config, tokens.refresh_token ?? '')).active).toBe(false);
    await openid.tokenRevocation(config, renewed.refresh_token ?? '');
    expect((await openid.tokenIntrospection(config, renewed.access_token)).active).toBe(false);
    await expect(openid.refreshTokenGrant(config, renewed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it.each(['ES256', 'Ed25519', 'PS256'])('binds its tokens to a key for %s', async (alg) => {
    const config = await register({ token_endpoint_auth_method: 'none' });
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair(alg));
    const { parameters, checks } = await startFlow();
    const address = await openid.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
    const back = await visitor.allow(address);
    const tokens = await openid.authorizationCodeGrant(config, back, checks, {}, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    await openid.fetchUserInfo(config, tokens.access_token, 'standard', { DPoP });
    const stolen = openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    await expect(stolen).rejects.toMatchObject({ error: 'invalid_grant' });
    const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', {}, { DPoP });
    const { access_token: token } = renewed;
    expect((await openid.fetchUserInfo(config, token, 'standard', { DPoP })).sub).toBe('standard');
    await expect(openid.fetchUserInfo(config, token, 'standard')).rejects.toMatchObject({ status: 401 });
  });

  it.each(['RS256', 'ES256', 'EdDSA'])('verifies ID tokens signed with %s', async (alg) => {
    const config = await register({ id_token_signed_response_alg: alg });
    const { parameters, checks } = await startFlow();
    const back = await visitor.allow(openid.buildAuthorizationUrl(config, parameters));
    // It checks the algorithm it registered, and at_hash; the signature is checked here.
    const tokens = await openid.authorizationCodeGrant(config, back, checks);
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''));
    const { protectedHeader } = await jwtVerify(tokens.id_token ?? '', keys, { issuer: server.url });
    expect(protectedHeader.alg).toBe(alg);
  });

  it('pushes its request, and takes a secret in the body', async () => {
    const config = await register(
      { token_endpoint_auth_method: 'client_secret_post' },
      openid.ClientSecretPost(),
    );
    const { parameters, checks } = await startFlow();
    const back = await visitor.allow(await openid.buildAuthorizationUrlWithPAR(config, parameters));
    const tokens = await openid.authorizationCodeGrant(config, back, checks);
    expect(tokens.claims()?.sub).toBe('standard');
  });

  it('proves itself by a key of its own, and by none as a public client', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'mine', alg: 'ES256', use: 'sig' }] };
    const metadata = { token_endpoint_auth_method: 'private_key_jwt', jwks };
    const config = await register(metadata, openid.PrivateKeyJwt({ key: privateKey, kid: 'mine' }));
    const pub = await register({ token_endpoint_auth_method: 'none' }, openid.None());
    for (const each of [config, pub]) {
      const { parameters, checks } = await startFlow();
      const back = await visitor.allow(openid.buildAuthorizationUrl(each, parameters));
      const tokens = await openid.authorizationCodeGrant(each, back, checks);
      expect((await openid.refreshTokenGrant(each, tokens.refresh_token ?? '')).claims()?.sub).toBe(
        'standard',
      );
    }
  });

  it('connects a device', async () => {
    const config = await register({
      redirect_uris: [],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    });
    const begun = await openid.initiateDeviceAuthorization(config, { scope: 'openid' });
    await visitor.connect(begun.user_code);
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 });
    expect(tokens.claims()?.sub).toBe('standard');
  });
});

describe('oauth4webapi', () => {
  it('walks the code flow as a public client, every check of its own on', async () => {
    const options = { [oauth.allowInsecureRequests]: true };
    const found = await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' });
    const as = await oauth.processDiscoveryResponse(issuer, found);
    const registered = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(
        as,
        { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' },
        options,
      ),
    );
    const client: oauth.Client = { ...registered, client_id: registered.client_id };
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const address = new URL(as.authorization_endpoint ?? '');
    address.search = String(
      new URLSearchParams({
        client_id: client.client_id,
        response_type: 'code',
        redirect_uri: CALLBACK,
        scope: 'openid',
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    );
    const back = await visitor.allow(address);
    const parameters = oauth.validateAuthResponse(as, client, back, state);
    const answered = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      oauth.None(),
      parameters,
      CALLBACK,
      verifier,
      options,
    );
    const checks = { expectedNonce: nonce, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, answered, checks);
    await oauth.validateApplicationLevelSignature(as, answered, options);
    const info = await oauth.userInfoRequest(as, client, tokens.access_token, options);
    expect(await oauth.processUserInfoResponse(as, client, 'standard', info)).toMatchObject({
      sub: 'standard',
    });
    // An access token is one by RFC 9068, as its own checks have it.
    const request = new Request(server.url, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const claims = await oauth.validateJwtAccessToken(as, request, server.url, options);
    expect(claims.client_id).toBe(client.client_id);
  });
});

describe('simple-oauth2', () => {
  const register = async (metadata: object) => {
    const response = await fetch(`${server.url}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [CALLBACK], ...metadata }),
    });
    const { client_id: id, client_secret: secret } = (await response.json()) as Record<string, string>;
    return {
      client: { id: String(id), secret: String(secret) },
      auth: {
        tokenHost: server.url,
        tokenPath: '/oauth/token',
        authorizePath: '/oauth/authorize',
        revokePath: '/oauth/revoke',
      },
    };
  };

  it('signs in, refreshes and revokes', async () => {
    const config = await register({ grant_types: ['authorization_code', 'refresh_token'] });
    const client = new AuthorizationCode(config);
    const verifier = openid.randomPKCECodeVerifier();
    const address = client.authorizeURL({
      redirect_uri: CALLBACK,
      scope: 'profile',
      state: 'xyz',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const back = await visitor.allow(address);
    const code = back.searchParams.get('code') ?? '';
    const tokens = await client.getToken({ code, redirect_uri: CALLBACK, code_verifier: verifier });
    expect(tokens.expired()).toBe(false);
    const renewed = await tokens.refresh();
    await renewed.revokeAll();
    await expect(renewed.refresh()).rejects.toThrow();
  });

  it('acts for itself', async () => {
    const config = await register({ redirect_uris: [], grant_types: ['client_credentials'] });
    const { authorizePath: _none, ...auth } = config.auth;
    const { token } = await new ClientCredentials({ ...config, auth }).getToken({});
    expect(token.access_token.split('.')).toHaveLength(3);
    expect(token.refresh_token).toBeUndefined();
  });
});
