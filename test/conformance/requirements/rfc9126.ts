import {
  authorization,
  boundClient,
  discovery,
  NO_REQUEST_OBJECTS,
  not,
  pushed,
  pushedOnce,
  rfc,
  type Specification,
  TLS,
  tokenEndpoint,
} from './requirement.ts';

const POSTED = authorization('is posted by its client only');
const RULES = authorization('is held to the rules of the endpoint');
const NAMED = pushed('are checked when they are pushed');
const FOR_ISSUER = tokenEndpoint('for the issuer alone');
const EXPIRES = authorization('expires, needs its client');

export const RFC_9126: Specification = {
  name: 'RFC 9126',
  address: rfc(9126),
  leftOut: 'What clients must do has no row.',
  sections: [
    [
      '2',
      {
        TLS: TLS,
        'a form, posted': POSTED,
        'authentication as at the token endpoint': POSTED,
        'an assertion for the issuer': FOR_ISSUER,
        'an assertion for the token endpoint or this one: refused, by draft-ietf-oauth-rfc7523bis (CVE-2025-27371)':
          FOR_ISSUER,
      },
    ],
    [
      '2.1',
      {
        'the client is authenticated': POSTED,
        '`request_uri` is refused': pushed('are refused with the error'),
        'the request is checked as the authorization endpoint would': RULES,
      },
    ],
    [
      '2.2',
      {
        '201, JSON, `request_uri` and `expires_in`, a positive number': EXPIRES,
        '`request_uri` can not be guessed': EXPIRES,
        'it is bound to its client': NAMED,
        'it is used once': pushedOnce('gives one code, however many'),
      },
    ],
    ['2.3', { 'errors as in RFC 6749 section 5.2; 405, 413, 429': POSTED }],
    [
      '2.4',
      {
        'redirect URIs that are not registered': not('optional, and not taken: exactly the registered ones'),
      },
    ],
    ['3', { 'request objects': NO_REQUEST_OBJECTS }],
    [
      '4',
      {
        'the request is the pushed one': authorization('what stands beside its name counts for nothing'),
        '`client_id` is needed, and the same': NAMED,
        'an expired one is refused': EXPIRES,
      },
    ],
    ['5', { 'its address is told': discovery('names only what is there') }],
    ['6', { 'a client can be held to it': pushed('can be the only way') }],
    [
      '7',
      {
        'no open redirector (7.2)': RULES,
        'a client that was changed meanwhile is looked at again (7.4)': NAMED,
      },
    ],
    ['RFC 9449, 10.1', { 'a proof binds the code': boundClient('the key of a pushed request') }],
  ],
};
