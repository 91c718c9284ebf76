import * as bodies from './answers.ts';
import { type Descriptions, refused } from './description.ts';

const noScope = refused('The access token lacks the scope `admin`');
const notFound = refused('No such client');
const registered = { description: 'The client (RFC 7591 section 3.2.1)', body: bodies.clientInformation };
const malformed = refused('Refused (RFC 7591 section 3.2.2)');
const off = refused('Registration is off');
const noToken = refused('No registration access token, or not a good one');

export const clients: Descriptions = {
  'POST /admin/clients': {
    summary: 'Register a client, as the operator',
    description:
      "Metadata of RFC 7591; `scope` may hold any scope but `account` and `admin`. The client gets no registration access token: it can't change itself.",
    members: { client_id: 'Drawn, if left out', first_party: 'Its users are not asked for consent' },
    answers: {
      201: { description: 'The client; its secret is shown once', body: bodies.clientInformation },
      400: refused('Refused'),
      403: noScope,
      409: refused('The client_id is taken'),
    },
  },
  'GET /admin/clients': {
    summary: 'List the clients',
    answers: { 200: { description: 'All of them, without secrets' }, 403: noScope },
  },
  'DELETE /admin/clients/:client': {
    summary: 'Remove a client',
    answers: {
      204: { description: 'It is removed, and its tokens are good for nothing here any more' },
      403: noScope,
      404: notFound,
    },
  },
  'POST /admin/clients/:client/secret': {
    summary: 'Replace the secret of a client',
    answers: {
      200: {
        description: 'The new secret, shown once; the old one is good for nothing',
        body: bodies.clientInformation,
      },
      400: refused('This client has no secret'),
      403: noScope,
      404: notFound,
    },
  },
  'POST /admin/registration-tokens': {
    summary: 'Make an initial access token',
    description:
      'Whoever has it may register clients at `/oauth/register` until it expires (RFC 7591 section 3).',
    answers: { 201: { description: 'The token', body: bodies.initialAccessToken }, 403: noScope },
  },
  'POST /oauth/register': {
    summary: 'Register a client',
    description: 'Open to anybody or to holders of an initial access token, as `CLIENT_REGISTRATION` says.',
    answers: {
      201: registered,
      400: malformed,
      401: refused('An initial access token is needed'),
      403: off,
      429: refused('Too many requests'),
    },
  },
  'GET /oauth/register/:client': {
    summary: 'Read a registration (RFC 7592)',
    answers: { 200: registered, 401: noToken, 403: off },
  },
  'PUT /oauth/register/:client': {
    summary: 'Replace a registration (RFC 7592)',
    description:
      'A client gives itself no scope and no grant that it was not registered with, unless anybody may register.',
    answers: { 200: registered, 400: malformed, 401: noToken, 403: off },
  },
  'DELETE /oauth/register/:client': {
    summary: 'Remove a registration (RFC 7592)',
    answers: { 204: { description: 'It is removed' }, 401: noToken, 403: off },
  },
};
