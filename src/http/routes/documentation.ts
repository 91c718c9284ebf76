import { docsPage } from '../../pages/docs.tsx';
import { hasPlayground } from '../playground.ts';
import { defineRoute, type Route } from '../route.ts';

/** The contract and its viewer. */
export const documentationRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/openapi.json',
    tag: 'Service',
    summary: 'This contract (OpenAPI 3.1)',
    cors: 'any',
    answers: { 200: { description: 'An OpenAPI document' } },
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
    tag: 'Service',
    summary: 'This contract, to read and try',
    cors: 'none',
    answers: { 200: { description: 'A page' } },
    handle: (c) => docsPage(c, hasPlayground(c)),
  }),
];
