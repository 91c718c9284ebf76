import * as bodies from './answers.ts';
import { type Descriptions, refused } from './description.ts';

const noAccess = refused('No access token, or not a good one');
const noScope = refused('The access token lacks the scope `account`');

export const account: Descriptions = {
  'GET /auth/consents': {
    summary: 'List the clients that were allowed',
    answers: { 200: { description: 'Each with its scope', body: bodies.consentList }, 403: noScope },
  },
  'DELETE /auth/consents/:client': {
    summary: 'Take back what a client was allowed, and end its sessions',
    answers: {
      204: { description: 'It must ask again' },
      403: noScope,
      404: refused('That client was allowed nothing'),
    },
  },
  'GET /auth/me': {
    summary: 'The claims behind the access token',
    answers: { 200: { description: 'The claims (RFC 9068)', body: bodies.claims }, 401: noAccess },
  },
  'GET /auth/sessions': {
    summary: 'List the live sessions',
    answers: {
      200: { description: 'Newest use first', body: bodies.sessionList },
      401: noAccess,
      403: noScope,
    },
  },
  'DELETE /auth/sessions/:sid': {
    summary: 'End one session',
    answers: {
      204: { description: 'It has ended' },
      401: noAccess,
      403: noScope,
      404: refused('No such session'),
    },
  },
  'DELETE /auth/sessions': {
    summary: 'End all sessions, this one too',
    answers: { 204: { description: 'They have ended' }, 401: noAccess, 403: noScope },
  },
  'PUT /auth/password': {
    summary: 'Change the password and end the other sessions',
    description:
      'What derives from the password (Digest, Mutual) is renewed. `end_credentials` ends every key beside it.',
    members: {
      current: 'Needed unless the sign-in is under 5 minutes old',
      next: '8 to 256 characters',
      end_credentials: 'Ends every credential that does not derive from the password',
    },
    answers: {
      200: {
        description: 'It is changed; these other credentials still stand',
        body: bodies.credentialList,
      },
      204: { description: 'It is changed, and nothing else signs this user in' },
      400: refused('Refused'),
      401: noAccess,
      403: noScope,
      429: refused('Too many attempts'),
    },
  },
  'GET /auth/credentials': {
    summary: 'List what signs this user in beside the password',
    answers: {
      200: { description: 'Oldest first', body: bodies.credentialList },
      401: noAccess,
      403: noScope,
    },
  },
  'POST /auth/credentials': {
    summary: 'Add a credential for another scheme',
    description: 'Needs the current password, or a sign-in under 5 minutes old. A secret is shown once.',
    members: {
      kid: 'base64url, as answers name it; the hash of the key if absent',
      public_key: 'SPKI in PEM, or a JWK: RSA, Ed25519 or P-256',
      password:
        'The current password: `digest` and `mutual` derive from it, the others need it unless the sign-in is under 5 minutes old',
    },
    answers: {
      201: { description: 'It is added', body: bodies.addedCredential },
      400: refused('Refused'),
      401: noAccess,
      403: noScope,
      409: refused('The key id is taken, or there are too many'),
      429: refused('Too many attempts'),
    },
  },
  'POST /admin/credentials/reseal': {
    summary: 'Seal credentials under the current master key',
    description:
      'After `MASTER_KEY` was replaced: 40 at a time. Go on with `next` as `after` until there is none. `unreadable` are those of a key that is gone.',
    members: { after: '`next` of the last answer' },
    answers: {
      200: { description: 'How many were sealed again', body: bodies.resealing },
      400: refused('Refused'),
      403: refused('The access token lacks the scope `admin`'),
    },
  },
  'DELETE /auth/credentials/:id': {
    summary: 'End a credential',
    description:
      'Nobody signs in with it from then on, and the sessions that it opened end: this one too, if it is among them.',
    answers: {
      204: { description: 'It has ended' },
      401: noAccess,
      403: noScope,
      404: refused('No such credential'),
    },
  },
};
