import { forged, not, rfc, type Specification, TLS, userinfo } from './requirement.ts';

const ONE_WAY = userinfo('userinfo takes the token in the header or in a form');
const CHALLENGE = userinfo('challenges a request without a token');

export const RFC_6750: Specification = {
  name: 'RFC 6750',
  address: rfc(6750),
  leftOut: 'What clients must do with a token (sections 2 in part, 5.3) has no row.',
  sections: [
    ['2', { 'one way a request': ONE_WAY }],
    ['2.1', { 'the token in `Authorization`': userinfo('userinfo by both methods') }],
    ['2.2', { 'in a body only where that is a form, alone, and not with GET': ONE_WAY }],
    [
      '2.3',
      { 'in a query: may be, and is not, as queries end up in logs': forged('are not taken from the query') },
    ],
    [
      '3',
      {
        '`WWW-Authenticate` where a token is missing or no good': CHALLENGE,
        'the scheme is Bearer, with at least one parameter': CHALLENGE,
        'each parameter once, in its characters': userinfo('in the characters there are for it'),
        'no error where nothing was presented (3.1)': CHALLENGE,
      },
    ],
    [
      '3.1',
      {
        '`invalid_request` with 400': ONE_WAY,
        '`invalid_token` with 401': userinfo('names the error of a bad token once'),
        '`insufficient_scope` with 403': userinfo('userinfo needs openid'),
      },
    ],
    [
      '5.2',
      {
        'a token can not be changed': forged('are refused at every door'),
        'nor read by who should not': TLS,
        'nor used where it was not meant for': forged('are refused under another scheme'),
      },
    ],
    [
      '5.3',
      {
        TLS: TLS,
        'no bearer token in a cookie that could go in the clear': not(
          'access tokens are in no cookie; a refresh token’s is `__Host-`, `Secure` and `HttpOnly` (`test/http/cookies.test.ts`)',
        ),
      },
    ],
  ],
};
