import {
  code,
  configuration,
  forged,
  grants,
  not,
  operatorClients,
  rfc,
  rs256,
  type Specification,
  standardClients,
  verifier,
  verifierRefusal,
} from './requirement.ts';

const PROFILE = grants('is a JWT of the profile');
const CHECKS = verifier('a token is refused');

export const RFC_9068: Specification = {
  name: 'RFC 9068',
  address: rfc(9068),
  leftOut:
    'What other resource servers and clients must do (sections 5, 6 in part) has no row; `edgemint/verify` is one, so section 4 has.',
  sections: [
    [
      '2.1',
      {
        'signed, never by `none`': verifier('not signed at all'),
        '`typ` is `at+jwt`': PROFILE,
        'RS256 among the algorithms': rs256('is taken by every resource'),
      },
    ],
    [
      '2.2',
      {
        '`iss`, `exp`, `aud`, `sub`, `client_id`, `iat`, `jti`': PROFILE,
        'as a standard library checks them': standardClients('every check of its own on'),
        '`sub` of a client that acts for itself is the client’s': operatorClients(
          'which then acts for itself',
        ),
      },
    ],
    ['2.2.1', { '`auth_time` and `amr` are of the sign-in, and stay so': PROFILE }],
    ['2.2.3', { '`scope`, where one was asked for': PROFILE }],
    [
      '3',
      {
        '`aud` is the resource that was asked for': code('keeps the audience that was asked for'),
        'without one: the default': PROFILE,
        'scopes and audience belong together': code('and the issuer’s with openid'),
      },
    ],
    [
      '4',
      {
        '`typ` is checked, and another refused': CHECKS,
        '`iss` is exactly the issuer': CHECKS,
        '`aud` holds the resource': configuration('refuses tokens of another'),
        'the signature is checked, `none` refused, by a key of the issuer': verifier('signed by another key'),
        '`exp` is checked': forged('say that they expired'),
        'errors as in RFC 6750': verifierRefusal('tells an expired token from a bad one'),
        encryption: not('access tokens are not encrypted'),
      },
    ],
    ['5', { 'a client’s `sub` is no user’s': operatorClients('which then acts for itself') }],
  ],
};
