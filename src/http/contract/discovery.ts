import * as bodies from './answers.ts';
import type { Descriptions } from './description.ts';

const metadata = { 200: { description: 'What is built, and nothing more', body: bodies.metadata } };

export const discovery: Descriptions = {
  'GET /.well-known/openid-configuration': {
    summary: 'OpenID Connect Discovery 1.0',
    answers: metadata,
  },
  'GET /.well-known/oauth-authorization-server': {
    summary: 'Authorization server metadata (RFC 8414)',
    answers: metadata,
  },
  'GET /.well-known/jwks.json': {
    summary: 'The keys that verify access tokens',
    description: "The previous, the current and the next epoch's keys (RFC 7517).",
    answers: { 200: { description: 'A JWK Set', body: bodies.keySet } },
  },
  'GET /status/:shard': {
    summary: 'Which access tokens were revoked',
    description:
      'A status list token (`application/statuslist+jwt`, Token Status List): the `status` claim of an access token names its list and its bit.',
    answers: {
      200: { description: 'A signed list, compressed; fetch it anew after its `ttl`' },
      404: { description: 'There is no such list' },
      501: { description: '`time` was given: no earlier lists are kept' },
    },
  },
};
