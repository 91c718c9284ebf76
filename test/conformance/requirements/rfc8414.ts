import { discovery, not, rfc, type Specification, settings, standardClients, TLS } from './requirement.ts';

const TRUE = discovery('names only what is there');
const REQUIRED = discovery('has what is required');

export const RFC_8414: Specification = {
  name: 'RFC 8414',
  address: rfc(8414),
  leftOut: 'How clients find and check the document (sections 3.1, 3.3, 4 in part) has no row.',
  sections: [
    [
      '2',
      {
        '`issuer`: https, without query and fragment': discovery('gives https addresses of the issuer alone'),
        'an issuer of another form is refused at start': settings('names %s where it is %s'),
        'the addresses of the endpoints': TRUE,
        '`response_types_supported`': REQUIRED,
        '`jwks_uri`: signing keys, each for one use': discovery('publishes public signing keys'),
        'the algorithms of assertions, for each endpoint that takes them': REQUIRED,
        '`none` is no algorithm': REQUIRED,
        'registration only where it is': TRUE,
      },
    ],
    ['2.1', { 'signed metadata': not('optional, and not offered') }],
    [
      '3',
      {
        'at `/.well-known/oauth-authorization-server`, for an issuer without a path': TRUE,
        TLS: TLS,
      },
    ],
    [
      '3.2',
      {
        '200 and `application/json`': TRUE,
        'what has no elements is left out': REQUIRED,
      },
    ],
    ['3.3', { '`issuer` is the one that was asked': standardClients('finds, registers, signs in') }],
  ],
};
