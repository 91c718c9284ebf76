import { docsPage } from '../../pages/docs.tsx';
import { hasPlayground } from '../playground.ts';
import { defineRoute, type Route } from '../route.ts';

/** The contract and its viewer. */
export const documentationRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/openapi.json',
    cors: 'any',
    async handle(c) {
      const contract = await c.get('services').readContract();
      const servers = [{ url: c.get('issuer') }];
      c.header('Cache-Control', 'public, max-age=300');
      return c.json({ ...contract, servers });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/docs',
    cors: 'none',
    handle: (c) => docsPage(c, hasPlayground(c)),
  }),
];
