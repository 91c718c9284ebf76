import { HOBA_MAX_AGE_SECONDS } from '../../schemes/hoba/hoba.ts';
import * as bodies from './answers.ts';
import { type Descriptions, refused } from './description.ts';

const CREDENTIALS = {
  username: '1 to 64 characters of a-z 0-9 . _ @ + -, the first a letter or digit',
  password: '8 to 256 characters',
  transport: '`cookie` keeps the refresh token out of the body, in an HttpOnly cookie',
};

const tooMany = refused('Too many attempts; `Retry-After` says when to come back');

export const signIn: Descriptions = {
  'POST /.well-known/hoba/getchal': {
    summary: 'A fresh HOBA challenge',
    description: `In the body, in base64url (RFC 7486 section 6.3); it can be answered for ${HOBA_MAX_AGE_SECONDS} seconds.`,
    answers: { 200: { description: 'The challenge, as plain text' }, 404: refused('HOBA is off') },
  },
  'POST /.well-known/hoba/register': {
    summary: 'Add a HOBA key to the signed-in user',
    description:
      'A form (RFC 7486 section 6.1): `pub` (SPKI in PEM), `kidtype`, `kid`, `didtype`, `did`, and `password` unless the sign-in is under 5 minutes old.',
    answers: {
      200: { description: 'It is added: `Hobareg: regok`' },
      401: refused('No access token, or not a good one'),
      403: refused('The access token lacks the scope `account`'),
      404: refused('HOBA is off'),
      409: refused('The key id is taken, or there are too many'),
      415: refused('The body is no form'),
      429: refused('Too many attempts'),
    },
  },
  'POST /auth/register': {
    summary: 'Register a user and sign in',
    members: CREDENTIALS,
    answers: {
      201: { description: 'The first pair of tokens', body: bodies.tokenResponse },
      400: refused('Refused'),
      403: refused('Registration is closed, or no cookie for this origin'),
      409: refused('The username is taken'),
      429: tooMany,
    },
  },
  'POST /auth/login': {
    summary: 'Sign in',
    description:
      'With `username` and `password` in the JSON, or with an `Authorization` header of a scheme in `AUTH_SCHEMES`.',
    security: ['basic', 'digest', 'mutual', 'hoba', 'aws4'],
    members: CREDENTIALS,
    answers: {
      200: { description: 'A pair of tokens', body: bodies.tokenResponse },
      400: refused('Refused'),
      401: refused('A `WWW-Authenticate` challenge for each scheme that is on'),
      429: tooMany,
    },
  },
};
