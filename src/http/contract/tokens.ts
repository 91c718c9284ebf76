import * as bodies from './answers.ts';
import { type Descriptions, refused } from './description.ts';

const PAIR = {
  session: 'Cookie transport: the session that is meant',
  generation: 'Cookie transport: the generation that the Idempotency-Key was made for',
};

export const tokens: Descriptions = {
  'POST /auth/refresh': {
    summary: 'Renew the pair of tokens',
    description:
      'Takes the refresh token from the body or from its cookie, and the access token, expired or not, if there is one. With an `Idempotency-Key` a lost request can be repeated whenever the network is back.',
    security: ['accessToken', 'refreshCookie'],
    members: PAIR,
    headers: { 'Idempotency-Key': '1 to 255 visible ASCII characters, random, one for each generation' },
    answers: {
      200: {
        description: 'The next pair; `Refresh-Outcome` is `rotated` or `repeated`',
        body: bodies.tokenResponse,
      },
      400: refused('Refused'),
      401: refused('The access token is not one of ours'),
      409: { description: 'A late duplicate: go on with the newest token', body: bodies.supersededProblem },
    },
  },
  'POST /auth/jar': {
    summary: "Tell what the page's cookie jar holds",
    description:
      'The newest pair that a refresh can name, for a page that has lost its own: that of `session`, or of the session that signed in or was renewed last if none is named. Nothing is spent or changed, so an answer that is lost can be asked for again.',
    security: ['refreshCookie'],
    members: { session: PAIR.session },
    answers: {
      200: { description: 'The pair, and whose it is', body: bodies.jar },
      204: { description: 'No session of this origin, or no cookie of the named one' },
      403: refused('No cookie for this origin'),
    },
  },
  'POST /auth/logout': {
    summary: 'End this session',
    description: 'The session of the refresh token in the body or the cookie, or else of the access token.',
    security: ['accessToken', 'refreshCookie'],
    members: PAIR,
    answers: {
      204: { description: 'The session has ended' },
      400: refused('Refused'),
      401: refused('No token, or not one of ours'),
    },
  },
};
