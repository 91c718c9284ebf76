import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';

/** Together with what an isolate keeps, and a verifier, less than a minute. */
const CACHE_SECONDS = 10;

export const statusRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/status/:shard',
    tag: 'Discovery',
    summary: 'Which access tokens were revoked',
    description:
      'A status list token (`application/statuslist+jwt`, Token Status List): the `status` claim of an access token names its list and its bit.',
    cors: 'any',
    answers: {
      200: { description: 'A signed list, compressed; fetch it anew after its `ttl`' },
      404: { description: 'There is no such list' },
      501: { description: '`time` was given: no earlier lists are kept' },
    },
    async handle(c) {
      if (c.req.query('time') !== undefined) {
        return refuse(c, { reason: 'bad_request', status: 501, description: 'No earlier lists are kept' });
      }
      const shard = c.req.param('shard') ?? '';
      const { statusTokens } = c.get('services');
      const token = /^(0|[1-9]\d{0,3})$/.test(shard)
        ? await statusTokens.sign(c.get('issuer'), Number(shard))
        : undefined;
      if (token === undefined) {
        return refuse(c, { reason: 'bad_request', status: 404, description: 'There is no such list' });
      }
      c.header('Content-Type', 'application/statuslist+jwt');
      c.header('Cache-Control', `public, max-age=${CACHE_SECONDS}`);
      return c.body(token);
    },
  }),
];
