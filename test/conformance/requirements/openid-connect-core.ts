import {
  authorization,
  clients,
  code,
  consent,
  discovery,
  grants,
  NO_ENCRYPTION,
  NO_IMPLICIT,
  NO_REQUEST_OBJECTS,
  not,
  openId,
  registration,
  request,
  type Specification,
  standardClients,
  TLS,
  tokenEndpoint,
  userinfo,
} from './requirement.ts';

const ID_TOKEN = grants('has what is required, for its client alone');
const REFRESHED = grants('of a refresh is of the same user');
const SILENT = request('answers at once');
const AGAIN = request('ask for a new sign-in');
const EXACT = request('leads nowhere');
const IGNORED = authorization('minds no claims, display, acr_values or locales');
const ASSERTION = tokenEndpoint('an assertion is used once');
const CONSENT = code('leads through sign-in and consent');
const OFFLINE = authorization('asks for consent to offline_access');
const SIGNED = standardClients('verifies ID tokens signed with %s');

export const OPENID_CONNECT_CORE: Specification = {
  name: 'OpenID Connect Core 1.0',
  address: openId('core-1_0'),
  leftOut: 'What relying parties must check (sections 3.1.2.7, 3.1.3.5, 3.1.3.7, 4, 5.3.4, 15.4) has no row.',
  sections: [
    [
      '2',
      {
        '`iss`, `sub` of at most 255 ASCII characters, `aud`, `exp`, `iat`': ID_TOKEN,
        '`auth_time` where `max_age` asks for it': ID_TOKEN,
        '`nonce` as it was sent': ID_TOKEN,
        'signed, never by `none`': SIGNED,
        encryption: NO_ENCRYPTION,
      },
    ],
    [
      '3.1.2.1',
      {
        'GET and POST': authorization('is GET’s and POST’s'),
        'without `openid` it is OAuth alone': authorization('no identity without openid'),
        '`response_type`, `client_id`, `redirect_uri` are required': request('none at all with openid'),
        '`redirect_uri` is exactly one that is registered': EXACT,
        '`prompt=none` shows nothing, and says what is missing': SILENT,
        '`prompt=login` asks again': AGAIN,
        '`prompt=consent` asks again': CONSENT,
        '`max_age` asks again': AGAIN,
        'an unknown `prompt`, or `none` with another, is an error': request('none and login'),
        '`id_token_hint`: another user is not answered for': request('an ID token of another user'),
      },
    ],
    [
      '3.1.2.2',
      {
        'OAuth’s parameters are checked': request('told to the client'),
        'an `id_token_hint` must be of this issuer': request('a hint that is no ID token'),
        'no token of a user who was not meant': request('an ID token of another user'),
        'errors are answered': request('told to the client'),
      },
    ],
    [
      '3.1.2.3',
      {
        'who is not signed in is asked to': CONSENT,
        '`prompt=login`: again': AGAIN,
        '`prompt=none`: no page': SILENT,
        'CSRF and clickjacking': consent('counts only from its own page'),
      },
    ],
    ['3.1.2.4', { 'consent before anything is told': CONSENT }],
    ['3.1.2.5', { 'the answer is in the query': CONSENT }],
    [
      '3.1.2.6',
      {
        'no redirect to a bad URI': EXACT,
        '`login_required`, `consent_required`': SILENT,
        '`request_not_supported`': request('a request object'),
        '`registration_not_supported`': request('a registration in the request'),
        '`state` comes back': request('told to the client'),
      },
    ],
    ['3.1.2, 3.1.3', { TLS: TLS }],
    [
      '3.1.3.2',
      {
        'the client authenticates as it registered': ASSERTION,
        'a code is its own client’s, valid, unused': code('refuses a code of another client'),
        '`redirect_uri` is the same': grants('the redirect URI of its request'),
        'an ID token only where OpenID Connect asked for the code': authorization(
          'no identity without openid',
        ),
      },
    ],
    [
      '3.1.3.3',
      {
        '`token_type` is Bearer, unless DPoP was asked for': CONSENT,
        '`id_token`': ID_TOKEN,
        '`Cache-Control: no-store`': tokenEndpoint('nothing of its answers may be stored'),
      },
    ],
    ['3.1.3.4', { 'errors as in RFC 6749': tokenEndpoint('a wrong client') }],
    ['3.1.3.6', { '`at_hash`': code('bound to the nonce and the access token') }],
    ['3.2, 3.3', { 'the implicit and hybrid flows': NO_IMPLICIT }],
    ['5.1', { '`sub` always; no claim stands for another': userinfo('gives what each scope asks for') }],
    [
      '5.3',
      {
        TLS: TLS,
        'GET and POST (5.3.1)': userinfo('userinfo by both methods'),
        'the token as a bearer token': userinfo('userinfo takes the token'),
        '`sub`, as in the ID token; JSON (5.3.2)': userinfo('userinfo by both methods'),
        'errors as in RFC 6750 (5.3.3)': userinfo('challenges a request without a token'),
      },
    ],
    ['5.4', { 'the claims of a scope': userinfo('gives what each scope asks for') }],
    ['5.5', { 'the parameter `claims`: may be, is not, and is no error': IGNORED }],
    ['5.6', { 'normal claims': userinfo('gives what each scope asks for') }],
    ['5.7', { '`sub` is never another user’s': registration('refuses a deleted user’s name') }],
    [
      '6',
      {
        '`request_not_supported` (6.1)': request('a request object'),
        '`request_uri_not_supported` (6.2)': request('a request URI elsewhere'),
        'all else about them': NO_REQUEST_OBJECTS,
      },
    ],
    ['7', { 'self-issued providers': not('this is none') }],
    [
      '8',
      {
        '`subject_types_supported`': discovery('has what is required'),
        'pairwise subjects': clients('a subject of its own'),
      },
    ],
    [
      '9',
      {
        '`client_secret_basic` is the default': clients('answers what was registered'),
        'an assertion says `iss`, `sub`, `aud`, `jti`, `exp`': ASSERTION,
        'it is for this issuer': tokenEndpoint('for the issuer alone'),
        'each `jti` once': ASSERTION,
        'its type is named': ASSERTION,
        '`client_secret_jwt`': clients('a weak method'),
      },
    ],
    [
      '10.1',
      {
        'the algorithm that the client registered': SIGNED,
        '`kid`, and its key in the key set': discovery('publishes public signing keys'),
        'no symmetric signature for public clients': discovery('lists no weak algorithm'),
        'keys are published before they sign (10.1.1)': {
          file: 'test/core/keys/key-ring.test.ts',
          test: 'of the next epoch are published before they sign',
        },
      },
    ],
    ['10.2', { encryption: NO_ENCRYPTION }],
    [
      '11',
      {
        'consent to offline access, whatever was allowed before': OFFLINE,
        'only with a code': NO_IMPLICIT,
      },
    ],
    [
      '12',
      {
        'the client authenticates, and the token is its own (12.1)': grants('who must prove it'),
        '`iss`, `sub`, `aud`, `auth_time` stay, `iat` is new (12.2)': REFRESHED,
        'no `azp` comes to be (12.2)': REFRESHED,
      },
    ],
    ['13', { 'parameters as a query or a form': authorization('is GET’s and POST’s') }],
    ['14', { 'texts compare by their characters': EXACT }],
    [
      '15.1',
      {
        RS256: SIGNED,
        '`prompt`': SILENT,
        '`display`': IGNORED,
        '`ui_locales` and `claims_locales`': request('are those of the pages for sign-in and consent'),
        '`auth_time`, `max_age`': AGAIN,
        '`acr_values`': IGNORED,
      },
    ],
    [
      '15.2',
      {
        '`id_token` and `id_token token`': NO_IMPLICIT,
        'discovery, registration, userinfo': standardClients('finds, registers, signs in'),
        'keys as bare JWK': discovery('publishes public signing keys'),
        '`request_uri`': NO_REQUEST_OBJECTS,
      },
    ],
    [
      '16',
      {
        'the issuer of discovery is `iss` of the ID token (16.15)':
          standardClients('every check of its own on'),
        'TLS (16.17)': TLS,
        'secrets have the entropy for it (16.19)': clients('answers what was registered'),
        'no redirect by 307 (16.22)': CONSENT,
      },
    ],
  ],
};
