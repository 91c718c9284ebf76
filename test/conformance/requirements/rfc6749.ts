import {
  authorization,
  clients,
  code,
  consent,
  discovery,
  forged,
  grants,
  limits,
  NO_IMPLICIT,
  not,
  operatorClients,
  request,
  rfc,
  type Specification,
  secrets,
  TLS,
  tokenEndpoint,
  userinfo,
} from './requirement.ts';

const SIMPLE_COMPARISON = request('leads nowhere');
const TOKEN_ERRORS = tokenEndpoint('a wrong client');

export const RFC_6749: Specification = {
  name: 'RFC 6749',
  address: rfc(6749),
  leftOut:
    'Sections 1, 2.1, 10.1 (in part), 10.16 and 11 ask something of clients, of their developers or of other specifications.',
  sections: [
    ['2.2', { 'client_id alone authenticates no client that has credentials': TOKEN_ERRORS }],
    [
      '2.3',
      {
        'a client authenticates in one way a request': tokenEndpoint('more than one way'),
        'a public client is not taken for identified': consent('is asked each time for a native app'),
      },
    ],
    [
      '2.3.1',
      {
        'HTTP Basic for clients with a password, both halves form-encoded':
          tokenEndpoint('form-encoded halves'),
        'credentials stand in the body, never in the URI': tokenEndpoint('reads nothing from the query'),
        'protected against guessing': limits('%s stops %s before a client is looked up'),
        'TLS for requests with a password': TLS,
      },
    ],
    [
      '2.3.2',
      { 'a client is held to the method of its registration': tokenEndpoint('is no other client’s') },
    ],
    [
      '3.1',
      {
        'the resource owner is verified first': code('leads through sign-in and consent'),
        'GET; POST may': authorization('is GET’s and POST’s'),
        'the address has no fragment': discovery('without query and fragment'),
        'a parameter without a value counts as left out': request('nor one without a value'),
        'an unknown parameter is ignored': request('but not an unknown parameter'),
        'no parameter twice': request('a repeated parameter'),
        TLS: TLS,
      },
    ],
    [
      '3.1.1',
      {
        'an error where response_type is missing': request('no response type'),
        'an error where it is not understood': request('the implicit response'),
      },
    ],
    [
      '3.1.2',
      {
        'redirect URIs are absolute': clients('refuses %s'),
        'they have no fragment': clients('a fragment'),
        'their query is kept': authorization('keeps the query of a redirect URI'),
      },
    ],
    ['3.1.2.2', { 'clients register their redirect URIs': clients('no redirect URI') }],
    [
      '3.1.2.3',
      {
        'a redirect URI is compared with those registered, character by character': SIMPLE_COMPARISON,
        'where several are registered, one must be named': request('none at all with openid'),
      },
    ],
    ['3.1.2.4', { 'no redirect to an invalid URI; the user is told': SIMPLE_COMPARISON }],
    [
      '3.2',
      {
        POST: tokenEndpoint('POST only'),
        'the address has no fragment': discovery('without query and fragment'),
        'a parameter without a value counts as left out': tokenEndpoint('without a value'),
        'an unknown parameter is ignored': tokenEndpoint('ignores unknown parameters'),
        'no parameter twice': tokenEndpoint('a repeated parameter'),
        TLS: TLS,
      },
    ],
    [
      '3.2.1',
      {
        'clients with credentials authenticate': TOKEN_ERRORS,
        'another client names itself': grants('its client’s own name'),
      },
    ],
    [
      '3.3',
      {
        'the scope that was granted is told where it is another': authorization(
          'grants of the scopes what there is',
        ),
        'without a scope: the default, which is none': authorization('grants nothing where no scope'),
      },
    ],
    [
      '4.1.1',
      {
        '`response_type` is required, and is `code`': request('no response type'),
        '`client_id` is required': authorization('needs a client'),
      },
    ],
    [
      '4.1.2',
      {
        'a code expires shortly': tokenEndpoint('expires after 60 s'),
        'a code is used once; a second use is refused and ends what it began': code('raced 50 ways'),
        'a code is bound to client and redirect URI': code('refuses a code of another client'),
        '`code`, and `state` as it was sent': code('leads through sign-in and consent'),
      },
    ],
    [
      '4.1.2.1',
      {
        'no redirect where redirect URI or client are bad': authorization('needs a client'),
        'else the error, with `state` as it was sent': request('told to the client'),
        'error texts in their characters': request('told to the client'),
      },
    ],
    [
      '4.1.3',
      {
        '`grant_type` and `code` are required': grants('needs its parameters'),
        '`redirect_uri` as it was in the request': grants('the redirect URI of its request'),
        '`client_id` of a client without credentials': grants('its client’s own name'),
        'clients with credentials authenticate': TOKEN_ERRORS,
        'a code is its own client’s': code('refuses a code of another client'),
        'a code is valid': code('a damaged code'),
      },
    ],
    ['4.2', { 'the implicit grant': NO_IMPLICIT }],
    ['4.3', { 'the password grant': grants('password and implicit') }],
    [
      '4.4',
      {
        'client credentials for confidential clients only': clients('a public client that acts for itself'),
        'the client authenticates (4.4.2)': TOKEN_ERRORS,
        'no refresh token (4.4.3)': operatorClients('acts for itself'),
      },
    ],
    [
      '5.1',
      {
        '`access_token`, `token_type`, and `scope` where it differs': code(
          'leads through sign-in and consent',
        ),
        '`Cache-Control: no-store` and `Pragma: no-cache`': tokenEndpoint(
          'nothing of its answers may be stored',
        ),
      },
    ],
    [
      '5.2',
      {
        '`error`, and texts in their characters': TOKEN_ERRORS,
        '401 and `WWW-Authenticate` for `invalid_client` where `Authorization` was tried': TOKEN_ERRORS,
        '`unsupported_grant_type`, `unauthorized_client`': tokenEndpoint('grant types'),
        '`invalid_scope`': code('widens nothing'),
      },
    ],
    [
      '6',
      {
        '`refresh_token` is required': grants('needs its parameters'),
        'the scope is never widened': code('widens nothing'),
        'without a scope: the one that was granted, and a new refresh token keeps it':
          grants('keeps the scope'),
        'clients with credentials authenticate': grants('who must prove it'),
        'a refresh token is its own client’s': code('is for the client of the session only'),
        'a refresh token is valid': forged('are refused without a call'),
      },
    ],
    [
      '7',
      {
        'a resource checks that a token has not expired': forged('say that they expired'),
        'and that its scope is enough': userinfo('userinfo needs openid'),
      },
    ],
    [
      '10.1',
      {
        'no credentials to native apps': not(
          'a client with a private-use scheme must be public; one that listens on a loopback port may have a secret of its own installation, as RFC 8252 section 8.4 allows',
        ),
      },
    ],
    [
      '10.2',
      {
        'clients are authenticated where they can be': TOKEN_ERRORS,
        'one that can not registers its redirect URI, and its user is asked': consent(
          'is asked each time for a native app',
        ),
      },
    ],
    [
      '10.3',
      {
        'tokens are confidential in transit': TLS,
        'and at rest': secrets('what is at rest holds no password and no usable token'),
        'nobody else can make or change an access token': forged('are refused at every door'),
      },
    ],
    [
      '10.4',
      {
        'a refresh token is bound to its client, which is checked': code(
          'is for the client of the session only',
        ),
        'nobody else can make or change one': forged('are refused without a call'),
        'confidential at rest': secrets('what is at rest holds no password and no usable token'),
      },
    ],
    ['10.5', { 'codes are short-lived and used once': code('raced 50 ways') }],
    [
      '10.6',
      {
        'the redirect URI of the exchange is that of the request': code('another redirect URI'),
        'clients register theirs, and what is sent is checked': SIMPLE_COMPARISON,
      },
    ],
    ['10.9', { 'TLS with server authentication': TLS }],
    [
      '10.10',
      {
        'nothing can be guessed': authorization('show nothing of their request'),
        'what users type is protected otherwise': limits('AUTHORIZE_LIMIT stops the pages'),
      },
    ],
    [
      '10.12',
      { 'CSRF: the answer to consent counts only from its page': consent('counts only from its own page') },
    ],
    ['10.13', { 'no framing': consent('can not be framed') }],
    ['10.14', { 'what a client sends is cleaned': authorization('shows what a client sent as text only') }],
    ['10.15', { 'no open redirector': SIMPLE_COMPARISON }],
  ],
};
