import { authorization, code, discovery, request, rfc, type Specification } from './requirement.ts';

export const RFC_7636: Specification = {
  name: 'RFC 7636',
  address: rfc(7636),
  leftOut: 'How a client makes and keeps its verifier (sections 4.1, 4.5, 7.1) has no row.',
  sections: [
    ['4.2', { 'S256 is there': code('leads through sign-in and consent') }],
    ['4.3', { 'no method means plain, which is not there': request('PKCE without a method') }],
    [
      '4.4',
      {
        'the challenge goes with the code': code('the challenge as a verifier'),
        'nobody can read it out of the code': authorization('show nothing of their request'),
      },
    ],
    [
      '4.4.1',
      {
        '`invalid_request` where PKCE is missing': request('no PKCE'),
        '`invalid_request` for a method that is not there': request('plain PKCE'),
      },
    ],
    [
      '4.6',
      {
        'the verifier is compared with the challenge': code('another verifier'),
        '`invalid_grant` where it is another, or none': code('no verifier'),
      },
    ],
    ['6.2', { 'the methods are told': discovery('has what is required') }],
    ['7.2', { 'no downgrade to plain': request('plain PKCE') }],
  ],
};
