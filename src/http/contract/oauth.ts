import * as bodies from './answers.ts';
import { type Description, type Descriptions, refused } from './description.ts';

/** What every endpoint answers at which clients authenticate. */
const CLIENT_ANSWERS: Description['answers'] = {
  400: refused('Refused (RFC 6749 section 5.2)'),
  401: refused('The client could not be authenticated'),
  429: refused('Too many requests'),
};

const userinfo = {
  summary: 'Claims about the user',
  answers: {
    200: { description: 'OpenID Connect Core 1.0 section 5.3.2', body: bodies.userinfo },
    401: refused('No access token, or not a good one'),
    403: refused('The access token lacks the scope `openid`'),
  },
};

export const oauth: Descriptions = {
  'POST /oauth/device_authorization': {
    summary: 'Begin the device grant (RFC 8628)',
    security: ['client'],
    answers: {
      200: { description: 'What the device shows its user', body: bodies.deviceAuthorization },
      ...CLIENT_ANSWERS,
    },
  },
  'POST /oauth/introspect': {
    summary: 'Introspect a token',
    description:
      'For clients with credentials: resource servers are registered as such, by the operator or with an initial access token; any other client is told about its own tokens only. With `Accept: application/token-introspection+jwt` the answer is signed (RFC 9701).',
    security: ['client'],
    answers: {
      200: { description: 'RFC 7662 section 2.2', body: bodies.introspection },
      ...CLIENT_ANSWERS,
    },
  },
  'POST /oauth/par': {
    summary: 'Push an authorization request',
    security: ['client'],
    answers: {
      201: { description: 'RFC 9126 section 2.2', body: bodies.pushedRequest },
      ...CLIENT_ANSWERS,
    },
  },
  'POST /oauth/revoke': {
    summary: 'Revoke a token',
    description: 'The session behind the token ends, and with it every token of that session.',
    security: ['client'],
    answers: {
      200: { description: 'The token is good for nothing, and perhaps never was' },
      ...CLIENT_ANSWERS,
    },
  },
  'POST /oauth/token': {
    summary: 'The token endpoint',
    description:
      'Grants: authorization_code, refresh_token, client_credentials and the device grant (RFC 8628). An `Idempotency-Key` makes a repeat of a lost request safe.',
    security: ['client'],
    headers: {
      'Idempotency-Key': '1 to 255 visible ASCII characters, random, one for each code or generation',
      DPoP: 'A proof of the key to which the tokens are bound (RFC 9449)',
    },
    answers: {
      200: { description: 'Tokens (RFC 6749 section 5.1)', body: bodies.clientTokenResponse },
      ...CLIENT_ANSWERS,
      409: { description: 'A late duplicate: go on with the newest token', body: bodies.supersededProblem },
    },
  },
  'GET /oauth/userinfo': userinfo,
  'POST /oauth/userinfo': userinfo,
};
