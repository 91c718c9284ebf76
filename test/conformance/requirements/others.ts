import {
  assertions,
  backChannel,
  calledAddresses,
  clientKeys,
  clients,
  code,
  device,
  logout,
  longest,
  namedApps,
  openId,
  ownRegistration,
  request,
  rfc,
  type Specification,
  signedIntrospection,
} from './requirement.ts';

/** What is offered beside the specifications that are covered demand by demand: their main ones. */
export const OTHERS: readonly Specification[] = [
  {
    name: 'RFC 7591, RFC 7592',
    address: rfc(7591),
    leftOut: 'The main demands only.',
    sections: [
      ['7591 2', { '`jwks_uri`: keys that a client publishes': clientKeys('publishes at its jwks_uri') }],
      ['7591 2', { '`jwks` and `jwks_uri` exclude one another': clients('keys twice') }],
      [
        '7591 2',
        {
          'each of the keys in `jwks` is good, with a `kid` or without': assertions('needs no kid'),
          '`token_endpoint_auth_signing_alg` (OpenID Connect Registration section 2)':
            assertions('is kept, and an assertion'),
        },
      ],
      [
        '7591 5',
        {
          'no way into a network by what a client names': calledAddresses('refuses %s'),
          'users are told which names nobody checked': namedApps(
            'has the warning where anybody may register',
          ),
        },
      ],
      ['7591 3.2.1', { 'what was registered is answered, 201': clients('answers what was registered') }],
      ['7591 3.2.2', { '`invalid_redirect_uri`, `invalid_client_metadata`': clients('refuses %s') }],
      ['7592 2.1', { 'a client reads its registration': clients('reads it without its secret') }],
      ['7592 2.2', { 'a replacement names its client and keeps its secret': clients('keeps id and secret') }],
      [
        '7592 2.2',
        {
          'a client may write back what it read': ownRegistration('may be what the client read'),
          'what the issuer says of a registration is not sent': ownRegistration('never says %s'),
          'null is as left out': ownRegistration('takes null for what is left out'),
          'no client widens what it was allowed': ownRegistration('does not give itself %s'),
        },
      ],
      ['7592 2.3', { 'a removed client is gone': clients('removes it') }],
      ['7592 5', { 'a registration token is its own client’s': clients('for whom it was registered') }],
    ],
  },
  {
    name: 'RFC 8628',
    address: rfc(8628),
    leftOut: 'The main demands only.',
    sections: [
      ['3.3', { 'the user sees and confirms': device('who sees what it is') }],
      [
        '3.5',
        {
          '`authorization_pending`, `slow_down`': device('waits for the user'),
          '`access_denied`': device('tells a denial'),
          '`expired_token`': device('tells that its code expired'),
        },
      ],
      ['5.4', { 'nothing is allowed by an address alone': device('by an address alone') }],
    ],
  },
  {
    name: 'RFC 8707',
    address: rfc(8707),
    leftOut: 'The main demands only.',
    sections: [
      ['2', { '`invalid_target` for an unknown resource': request('an unknown resource') }],
      ['2', { 'a resource may be named more than once': longest('count once') }],
      ['2.2', { 'the token is for what was asked for': code('keeps the audience') }],
    ],
  },
  {
    name: 'RFC 9701',
    address: rfc(9701),
    leftOut: 'Encryption, and the metadata of a client, which are optional.',
    sections: [
      ['4', { 'asked for by `Accept`': signedIntrospection('signed for who asks') }],
      [
        '5',
        {
          '`typ`, `aud`, `token_introspection`; no `sub`, no `exp`': signedIntrospection('no other token'),
          'a token that is not meant for the caller: not active':
            signedIntrospection('not active to a client'),
        },
      ],
    ],
  },
  {
    name: 'OpenID Connect RP-Initiated Logout 1.0',
    address: openId('rpinitiated-1_0'),
    leftOut: 'The main demands only.',
    sections: [
      ['2', { 'the user is asked where a request proves nothing': logout('asks, where another site') }],
      ['2', { 'a hint of a session that is long over is suspect': logout('where the ID token is old') }],
      ['3', { 'registered addresses only': logout('no other address than a registered one') }],
    ],
  },
  {
    name: 'OpenID Connect Back-Channel Logout 1.0',
    address: openId('backchannel-1_0'),
    leftOut: 'The main demands only.',
    sections: [
      ['2.4', { 'the logout token': backChannel('is told when its session ends') }],
      ['2.5', { 'delivered, and again': backChannel('told again when it did not take it') }],
    ],
  },
];
