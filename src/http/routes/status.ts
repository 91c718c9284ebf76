import { refuse } from '../refusal.ts';
import { defineRoute, type Route } from '../route.ts';

/** Together with what an isolate keeps, and a verifier, less than a minute. */
const CACHE_SECONDS = 10;

export const statusRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/status/:shard',
    cors: 'any',
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
