import {
  authorization,
  code,
  discovery,
  mixUp,
  NO_IMPLICIT,
  request,
  rfc,
  type Specification,
} from './requirement.ts';

export const RFC_9207: Specification = {
  name: 'RFC 9207',
  address: rfc(9207),
  leftOut: 'That clients compare it (section 2.4) is shown by mix-up’s test with two of them.',
  sections: [
    [
      '2',
      {
        '`iss` in a successful response': code('leads through sign-in and consent'),
        '`iss` in an error response': request('told to the client'),
        'in a posted response too': authorization('sends iss in whatever way'),
        'it is the issuer’s identifier: https, without query and fragment':
          discovery('gives https addresses'),
      },
    ],
    ['2.2', { 'responses from the authorization endpoint with an ID token': NO_IMPLICIT }],
    ['2.4', { 'it ends a mix-up': mixUp('is told by iss, so that') }],
    ['3', { '`authorization_response_iss_parameter_supported`': discovery('has what is required') }],
  ],
};
