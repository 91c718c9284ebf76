import { CALLBACK, DEVICE_GRANT, type Side } from './side.ts';

/** A request that is answered otherwise here, how, and why. */
export type Difference = readonly [
  name: string,
  send: (side: Side) => Promise<Response>,
  ours: string,
  because: string,
];

const CREDENTIALS = { grant_type: 'client_credentials' };
const unauthenticated =
  'RFC 6749 section 5.2: invalid_client where no authentication is included, or it is of no use';
const unauthorized = 'RFC 6749 section 5.2: unauthorized_client for a grant that is not the client’s';
const register = (metadata: object) => (side: Side) =>
  side.json('POST', '/oauth/register', { redirect_uris: [CALLBACK], ...metadata });
const authorize = (changes: Record<string, string | undefined>) => (side: Side) => side.authorize(changes);

export const DIFFERENCES: readonly Difference[] = [
  [
    'no scope',
    authorize({ scope: undefined }),
    'asks the user',
    'OAuth without OpenID Connect is served too',
  ],
  [
    'no redirect URI with openid',
    authorize({ redirect_uri: undefined }),
    '400 page',
    'OpenID Connect Core 1.0 section 3.1.2.1 requires it',
  ],
  [
    'an unknown response mode',
    authorize({ response_mode: 'web_message' }),
    '303 to the client: invalid_request true true',
    'the registry has no error for it but this',
  ],
  [
    'a thumbprint that is none',
    authorize({ dpop_jkt: 'x' }),
    '303 to the client: invalid_request true true',
    'a code bound to it could never be exchanged',
  ],
  [
    'a challenge that S256 can not make',
    authorize({ code_challenge: 'a'.repeat(44) }),
    '303 to the client: invalid_request true true',
    'RFC 7636 section 4.2: 43 characters; no verifier fits another',
  ],
  [
    'prompt=select_account',
    authorize({ prompt: 'select_account' }),
    'asks the user',
    'it is a prompt of OpenID Connect Core 1.0 section 3.1.2.1, and served by a new sign-in',
  ],
  [
    'a posted request',
    (side) => side.form('/oauth/authorize', side.request('web')),
    'asks the user',
    'OpenID Connect Core 1.0 section 3.1.2.1: POST as well',
  ],
  [
    'a pushed request that is not there',
    authorize({ request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
    '400 page',
    'who asks is not known to be the client, and the page leads back to where the user began',
  ],
  [
    'no client authentication',
    (side) => side.form('/oauth/token', CREDENTIALS),
    '401 invalid_client',
    unauthenticated,
  ],
  [
    'Basic that is none',
    (side) => side.form('/oauth/token', CREDENTIALS, { Authorization: 'Basic !' }),
    '401 invalid_client Basic',
    unauthenticated,
  ],
  [
    'another scheme',
    (side) => side.form('/oauth/token', CREDENTIALS, { Authorization: 'Bearer x' }),
    '401 invalid_client Basic',
    unauthenticated,
  ],
  [
    'an assertion of another type',
    (side) => side.assert({}, { client_assertion_type: 'urn:example:x' }),
    '401 invalid_client',
    'RFC 7521 section 4.2.1',
  ],
  [
    'an assertion for the token endpoint',
    (side) => side.assert({ aud: `${side.url}/oauth/token` }),
    '401 invalid_client',
    'draft-ietf-oauth-rfc7523bis: another issuer can call this address its own, and show here what it gets',
  ],
  [
    'an assertion that lives for a day',
    (side) => side.assert({ exp: Math.floor(Date.now() / 1_000) + 86_400 }),
    '401 invalid_client',
    'its jti would have to be kept as long',
  ],
  [
    'a grant of other clients',
    (side) => side.form('/oauth/token', CREDENTIALS, side.basic('web')),
    '400 unauthorized_client',
    unauthorized,
  ],
  [
    'the device grant of other clients',
    (side) => side.form('/oauth/device_authorization', { client_id: side.client('spa').client_id }),
    '400 unauthorized_client',
    unauthorized,
  ],
  [
    'an unknown scope for a client itself',
    (side) => side.form('/oauth/token', { ...CREDENTIALS, scope: 'nothing' }, side.basic('machine')),
    '400 invalid_scope',
    'RFC 6749 section 5.2; nobody is there who could see that less was granted',
  ],
  [
    'only unknown scopes for a device',
    (side) =>
      side.form('/oauth/device_authorization', {
        client_id: side.client('television').client_id,
        scope: 'nothing',
      }),
    '400 invalid_scope',
    'RFC 6749 section 5.2',
  ],
  [
    'a device that polls at once again',
    async (side) => {
      const client_id = side.client('television').client_id;
      const begun = await side.form('/oauth/device_authorization', { client_id, scope: 'openid' });
      const { device_code = '' } = (await begun.json()) as Record<string, string>;
      const poll = () => side.form('/oauth/token', { grant_type: DEVICE_GRANT, device_code, client_id });
      await poll();
      return poll();
    },
    '400 slow_down',
    'RFC 8628 section 3.5',
  ],
  [
    'introspection by a public client',
    (side) => side.form('/oauth/introspect', { token: 'x', client_id: side.client('spa').client_id }),
    '401 invalid_client',
    'RFC 7662 section 2.1: the caller must be authorized; a name authorizes nobody',
  ],
  [
    'a token in the query',
    (side) => side.send('GET', '/oauth/userinfo?access_token=x'),
    '401 invalid_token Bearer',
    'OAuth 2.1 has no tokens there, so the request has none',
  ],
  [
    'a redirect URI with http',
    register({ redirect_uris: ['http://client.example.com/'] }),
    '400 invalid_redirect_uri',
    'RFC 9700 section 2.6',
  ],
  [
    'the implicit grant',
    register({ grant_types: ['implicit'], response_types: ['id_token'] }),
    '400 invalid_client_metadata',
    'OAuth 2.1 has none',
  ],
  [
    'a name that is null',
    register({ client_name: null }),
    '201',
    'RFC 7592 section 2.2: null is as left out, and a registration is read as its replacement is',
  ],
  [
    'a bad address of a logo',
    register({ logo_uri: 'x' }),
    '201',
    'RFC 7591 section 2: metadata that is not understood is ignored',
  ],
  [
    'a back channel that is no address',
    register({ backchannel_logout_uri: 'x' }),
    '400 invalid_client_metadata',
    'it is offered here',
  ],
  [
    'a token of a client itself, revoked',
    async (side) => {
      const by = side.basic('machine');
      const granted = await side.form('/oauth/token', CREDENTIALS, by);
      const { access_token: token = '' } = (await granted.json()) as Record<string, string>;
      return side.form('/oauth/revoke', { token }, by);
    },
    '400 unsupported_token_type',
    'it has no session that could end, and is over by itself in minutes',
  ],
  [
    'openid for a client itself',
    (side) => side.form('/oauth/token', { ...CREDENTIALS, scope: 'openid' }, side.basic('machine')),
    '400 invalid_scope',
    'a client has no identity of a user to share',
  ],
];
