/** A requirement on a server, and what shows that it holds: words of a test's title, or why there is none. */
export type Requirement = { section: string; must: string } & (
  | { file: string; test: string }
  | { because: string }
);

export type Specification = { name: string; address: string; requirements: readonly Requirement[] };

const CODE = 'test/http/oauth/authorization-code.test.ts';
const REQUEST = 'test/http/oauth/authorization-request.test.ts';
const CLIENTS = 'test/http/oauth/clients.test.ts';
const ENDPOINTS = 'test/conformance/endpoints.test.ts';
const DPOP = 'test/http/dpop.test.ts';
const BOUND = 'test/http/oauth/dpop.test.ts';
const DEVICE = 'test/http/oauth/device.test.ts';
const LOGOUT = 'test/http/oauth/logout.test.ts';
const LIVE = 'test/live/oauth-clients.test.ts';
const CONSENT = 'test/http/oauth/consent.test.ts';
const PAR = 'test/http/oauth/par.test.ts';
const OPERATOR = 'test/http/oauth/operator-clients.test.ts';
const BACK_CHANNEL = 'test/live/back-channel.test.ts';

const shown = (section: string, must: string, file: string, test: string): Requirement => ({
  section,
  must,
  file,
  test,
});
const reasoned = (section: string, must: string, because: string): Requirement => ({
  section,
  must,
  because,
});

const rfc = (number: number) => `https://www.rfc-editor.org/rfc/rfc${number}`;

/** What the specifications ask of a server, as far as it applies to what is offered here. */
export const SPECIFICATIONS: readonly Specification[] = [
  {
    name: 'RFC 6749',
    address: rfc(6749),
    requirements: [
      shown('2.3', 'a client authenticates in one way a request', ENDPOINTS, 'more than one way'),
      shown('2.3.1', 'HTTP Basic for clients with a password', ENDPOINTS, 'form-encoded halves'),
      shown('3.1', 'GET at the authorization endpoint; POST may', REQUEST, 'a posted request goes on'),
      shown('3.1', 'a parameter without a value counts as left out', ENDPOINTS, 'without a value'),
      shown('3.1', 'an unknown parameter is ignored', ENDPOINTS, 'unknown parameters'),
      shown('3.1, 3.2', 'no parameter twice', ENDPOINTS, 'a repeated parameter'),
      shown('3.1.2', 'redirect URIs without a fragment', CLIENTS, 'a fragment'),
      shown('3.1.2.4', 'no redirect to an invalid URI', REQUEST, 'leads nowhere'),
      shown('3.2', 'POST only at the token endpoint', ENDPOINTS, 'POST only'),
      shown('3.3', 'the scope that was granted is told', CODE, 'gives no access to the account'),
      shown(
        '4.1.2',
        'a code is used once; a second use is refused and ends what it began',
        CODE,
        'raced 50 ways',
      ),
      shown('4.1.2', 'a code is short-lived', ENDPOINTS, 'expires after 60 s'),
      shown('4.1.2.1', '`state` comes back, and the errors', REQUEST, 'told to the client'),
      shown('4.1.3', 'a code is bound to client and redirect URI', CODE, 'a code of another client'),
      shown(
        '4.4',
        'client credentials for confidential clients only',
        CLIENTS,
        'a public client that acts for itself',
      ),
      shown('4.4.3', 'no refresh token with client credentials', CLIENTS, 'acts for itself'),
      shown('5.1', '`Cache-Control: no-store`', CODE, 'leads through sign-in and consent'),
      shown(
        '5.2',
        '`invalid_client` with 401, and `WWW-Authenticate` where Basic was tried',
        ENDPOINTS,
        'a wrong client',
      ),
      shown('5.2', '`unsupported_grant_type`, `unauthorized_client`', ENDPOINTS, 'grant types'),
      shown('6', 'a refresh token is its own client’s; scope is never widened', CODE, 'widens nothing'),
      shown('10.12', 'CSRF protection of the endpoint', CONSENT, 'counts only from its own page'),
      shown('10.13', 'no framing', CONSENT, 'can not be framed'),
      reasoned('4.2, 4.3', 'implicit and password grants', 'left out: OAuth 2.1 has neither'),
    ],
  },
  {
    name: 'RFC 6750',
    address: rfc(6750),
    requirements: [
      shown('2', 'the token in the header or a form, in one way', ENDPOINTS, 'userinfo takes the token'),
      shown('3.1', '`insufficient_scope` with 403', ENDPOINTS, 'userinfo needs openid'),
      reasoned('2.3', 'tokens in a query', 'optional, and not taken: they end up in logs'),
    ],
  },
  {
    name: 'RFC 7009',
    address: rfc(7009),
    requirements: [
      shown('2.1', 'a client revokes its own tokens only', ENDPOINTS, 'refuses another client’s token'),
      shown('2.1', 'the refresh token goes, and the access tokens with it', LIVE, 'revokes, by the issuer'),
      shown('2.2', '200 for a token that is none', ENDPOINTS, '200 for a token that is none'),
      shown('2.2.1', '`unsupported_token_type`', ENDPOINTS, 'a client’s own token'),
    ],
  },
  {
    name: 'RFC 7636',
    address: rfc(7636),
    requirements: [
      shown('4.4.1', 'an error where PKCE is missing', REQUEST, 'no PKCE'),
      shown('4.6', 'the verifier is compared with the challenge', CODE, 'another verifier'),
      shown('7.2', 'no downgrade to plain', REQUEST, 'plain PKCE'),
    ],
  },
  {
    name: 'RFC 7591, RFC 7592',
    address: rfc(7591),
    requirements: [
      shown('7591 3.2.1', 'what was registered is answered, 201', CLIENTS, 'answers what was registered'),
      shown('7591 3.2.2', '`invalid_redirect_uri`, `invalid_client_metadata`', CLIENTS, 'refuses %s'),
      shown(
        '7592 2.2',
        'a replacement names its client and keeps its secret',
        CLIENTS,
        'keeps id and secret',
      ),
      shown('7592 2.3', 'a removed client is gone', CLIENTS, 'removes it'),
      shown('7592 5', 'a registration token is its own client’s', CLIENTS, 'for whom it was registered'),
    ],
  },
  {
    name: 'RFC 7662',
    address: rfc(7662),
    requirements: [
      shown('2.1', 'the caller is authenticated', ENDPOINTS, 'introspection needs a client with credentials'),
      shown(
        '2.2',
        '`active` false for all that is not good, and nothing else',
        ENDPOINTS,
        'says no more than that',
      ),
      shown('2.2', 'true about ended sessions', LIVE, 'introspects, revokes'),
    ],
  },
  {
    name: 'RFC 8414',
    address: rfc(8414),
    requirements: [
      shown('2', '`issuer` is the issuer, the endpoints are there', ENDPOINTS, 'names only what is there'),
      shown('3.2', 'JSON, 200', ENDPOINTS, 'names only what is there'),
    ],
  },
  {
    name: 'RFC 8628',
    address: rfc(8628),
    requirements: [
      shown('3.3', 'the user sees and confirms', DEVICE, 'who sees what it is'),
      shown('3.5', '`authorization_pending`, `slow_down`', DEVICE, 'waits for the user'),
      shown('3.5', '`access_denied`', DEVICE, 'tells a denial'),
      shown('3.5', '`expired_token`', DEVICE, 'tells that its code expired'),
      shown('5.4', 'nothing is allowed by an address alone', DEVICE, 'by an address alone'),
    ],
  },
  {
    name: 'RFC 8707',
    address: rfc(8707),
    requirements: [
      shown('2', '`invalid_target` for an unknown resource', REQUEST, 'an unknown resource'),
      shown('2.2', 'the token is for what was asked for', CODE, 'keeps the audience'),
    ],
  },
  {
    name: 'RFC 9068',
    address: rfc(9068),
    requirements: [
      shown('2.2', 'the claims of an access token', LIVE, 'walks the code flow as a public client'),
      shown('2.2', '`sub` of a client is no user’s', OPERATOR, 'which then acts for itself'),
      shown('3', '`aud` is the resource that was asked for', CODE, 'keeps the audience'),
      reasoned(
        '2.1',
        'RS256 among the algorithms',
        'of ID tokens, with `RSA_KEY`; access tokens are signed as `SIGNING_ALG` says',
      ),
    ],
  },
  {
    name: 'RFC 9126',
    address: rfc(9126),
    requirements: [
      shown(
        '2.1',
        'a pushed request is checked, and its client authenticated',
        PAR,
        'are refused with the error',
      ),
      shown('2.2', '201, `request_uri`, `expires_in`', PAR, 'are checked when they are pushed'),
      shown('4', 'a `request_uri` is its own client’s', PAR, 'are checked when they are pushed'),
      shown('5', 'a client can be held to it', PAR, 'can be the only way'),
    ],
  },
  {
    name: 'RFC 9207',
    address: rfc(9207),
    requirements: [
      shown('2', '`iss` in a successful response', CODE, 'leads through sign-in and consent'),
      shown('2', '`iss` in an error response', REQUEST, 'told to the client'),
    ],
  },
  {
    name: 'RFC 9449',
    address: rfc(9449),
    requirements: [
      shown('4.3', 'one proof only', DPOP, 'refuses two proofs'),
      shown('4.3', '`typ` is `dpop+jwt`', DPOP, 'of another type'),
      shown('4.3', 'an asymmetric `alg`, a signature by `jwk`', DPOP, 'that anybody could make'),
      shown('4.3', 'no private key in `jwk`', DPOP, 'that anybody could make'),
      shown('4.3', '`htm`', DPOP, 'of another method'),
      shown('4.3', '`htu`', DPOP, 'for another path'),
      shown('4.3', '`htu` without query and fragment, normalised', DPOP, 'neither query nor fragment'),
      shown('4.3', 'all claims are there', DPOP, 'without an id'),
      shown('4.3', 'it was made lately', DPOP, 'an hour old'),
      shown('4.3', '`ath`, with an access token', DPOP, 'for another token'),
      shown('4.3', 'its key is the one of the access token', DPOP, 'the key of somebody else'),
      shown('5', '`token_type` and the binding', BOUND, 'both tokens of a public client'),
      shown('5', 'a public client’s refresh token is bound', DPOP, 'leaves a stolen refresh token useless'),
      shown('5', 'with credentials, it is not', BOUND, 'only the access token of a client with credentials'),
      shown('6.1', '`cnf` with `jkt`', DPOP, 'to the key of its proof'),
      shown('6.2', '`cnf` in introspection', BOUND, 'only the access token of a client with credentials'),
      shown('7.1', 'the errors, and `algs`', DPOP, 'says what it takes'),
      shown('7.2', 'no downgrade to bearer', DPOP, 'a bound token as a bearer token'),
      shown('8, 9', '`use_dpop_nonce` and `DPoP-Nonce`', DPOP, 'asks for its nonce'),
      shown('10', '`dpop_jkt`', BOUND, 'the key that the authorization request names'),
      shown('10.1', 'the proof of a pushed request', BOUND, 'the key of a pushed request'),
      shown('11.1', 'a proof counts once', DPOP, 'takes a proof once'),
    ],
  },
  {
    name: 'RFC 9700',
    address: rfc(9700),
    requirements: [
      shown(
        '2.1',
        'redirect URIs match exactly, save loopback ports',
        REQUEST,
        'the port of a loopback address',
      ),
      shown('2.1.1', 'PKCE, and no way around it', REQUEST, 'PKCE without a method'),
      shown('2.2.2', 'refresh tokens rotate', CODE, 'finds theft'),
      shown('2.5', 'client authentication by keys', LIVE, 'proves itself by a key of its own'),
      shown('4.11', 'no open redirector', LOGOUT, 'no other address than a registered one'),
      shown('4.12', 'redirects by 303', CODE, 'leads through sign-in and consent'),
      shown('4.15', 'a client is never taken for a user', OPERATOR, 'which then acts for itself'),
    ],
  },
  {
    name: 'OpenID Connect Core 1.0',
    address: 'https://openid.net/specs/openid-connect-core-1_0.html',
    requirements: [
      shown('2', 'the claims of an ID token', CODE, 'gives an ID token'),
      shown('3.1.2.1', '`prompt=none` shows nothing', REQUEST, 'answers at once'),
      shown('3.1.2.1', '`prompt=login`, `max_age`', REQUEST, 'ask for a new sign-in'),
      shown('3.1.2.1', '`id_token_hint` of another user', REQUEST, 'an ID token of another user'),
      shown('3.1.2.6', '`login_required`, `consent_required`', REQUEST, 'answers at once'),
      shown('3.1.3.6', '`at_hash`', CODE, 'bound to the nonce and the access token'),
      shown('5.3', 'userinfo by GET and POST, `sub` always', ENDPOINTS, 'userinfo by both methods'),
      shown('6.1', '`request_not_supported`', REQUEST, 'a request object'),
      shown('6.2', '`request_uri_not_supported`', REQUEST, 'a request URI elsewhere'),
      shown('9', '`private_key_jwt`; each `jti` once', ENDPOINTS, 'an assertion is used once'),
      shown('12', 'refresh gives an ID token of the same user', CODE, 'gives an ID token again'),
    ],
  },
  {
    name: 'OpenID Connect RP-Initiated Logout 1.0',
    address: 'https://openid.net/specs/openid-connect-rpinitiated-1_0.html',
    requirements: [
      shown('2', 'the user is asked where a request proves nothing', LOGOUT, 'asks, where another site'),
      shown('3', 'registered addresses only', LOGOUT, 'no other address than a registered one'),
    ],
  },
  {
    name: 'OpenID Connect Back-Channel Logout 1.0',
    address: 'https://openid.net/specs/openid-connect-backchannel-1_0.html',
    requirements: [
      shown('2.4', 'the logout token', BACK_CHANNEL, 'is told when its session ends'),
      shown('2.5', 'delivered, and again', BACK_CHANNEL, 'told again when it did not take it'),
    ],
  },
];
