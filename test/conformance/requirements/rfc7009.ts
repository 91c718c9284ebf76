import { not, rfc, type Specification, TLS, tokenStatus } from './requirement.ts';

const OWN_ONLY = tokenStatus('refuses another client’s token');

export const RFC_7009: Specification = {
  name: 'RFC 7009',
  address: rfc(7009),
  leftOut: 'What clients do with the answer (section 2.2) has no row.',
  sections: [
    ['2', { TLS: TLS }],
    [
      '2.1',
      {
        '`token` is required': tokenStatus('needs a token, and the client'),
        'a client with credentials authenticates': tokenStatus('needs a token, and the client'),
        'a token is its own client’s; another’s is refused': OWN_ONLY,
        'refresh tokens can be revoked': tokenStatus('finds each kind of token'),
        'a wrong or unknown hint: all kinds are searched': tokenStatus('finds each kind of token'),
        'at once, and with the refresh token its access tokens': tokenStatus(
          'ends the refresh token with the access token',
        ),
      },
    ],
    ['2.2', { '200, for a token that is none too': tokenStatus('200 for a token that is none') }],
    [
      '2.2.1',
      {
        '`unsupported_token_type`': tokenStatus('a client’s own token'),
        'errors as in RFC 6749 section 5.2': tokenStatus('needs a token, and the client'),
      },
    ],
    ['2.3', { JSONP: not('optional, and not offered: CORS is') }],
    ['5', { 'nobody ends another client’s session': OWN_ONLY }],
  ],
};
