import {
  boundClient,
  operatorClients,
  rfc,
  type Specification,
  signedIntrospection,
  standardClients,
  TLS,
  tokenStatus,
} from './requirement.ts';

const CALLER = tokenStatus('introspection needs a client with credentials');
const CHECKS = tokenStatus('checks the signature and the time');
const NO_MORE = tokenStatus('says no more than that a token is not active');

export const RFC_7662: Specification = {
  name: 'RFC 7662',
  address: rfc(7662),
  leftOut: 'What resource servers do with the answer has no row.',
  sections: [
    ['2', { TLS: TLS }],
    [
      '2.1',
      {
        'POST, as a form, with `token`': CALLER,
        'a wrong or unknown hint: all kinds are searched': tokenStatus('finds each kind of token'),
        'the caller is authorized; a bad one gets 401': CALLER,
      },
    ],
    [
      '2.2',
      {
        '`active`, in JSON': CHECKS,
        '`active` is false for all that is not good, and nothing else is said': NO_MORE,
        'a token that is not the caller’s business: not active':
          signedIntrospection('not active to a client'),
        'a client’s refresh token is nobody else’s to ask about': NO_MORE,
        '`cnf` and `token_type` of a bound token': boundClient(
          'only the access token of a client with credentials',
        ),
      },
    ],
    ['2.3', { '401 as in RFC 6749 section 5.2; a bad token is no error': NO_MORE }],
    [
      '4',
      {
        'expired, or not valid yet: not active': CHECKS,
        'the signature is checked': CHECKS,
        'revoked: not active': standardClients('introspects, revokes'),
        'of a client that is gone: not active': operatorClients('no longer active'),
        TLS: TLS,
      },
    ],
  ],
};
