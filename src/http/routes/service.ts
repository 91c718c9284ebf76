import { defineRoute, type Route } from '../route.ts';

export const serviceRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/healthz',
    cors: 'none',
    handle: (c) => c.json({ status: 'ok' }),
  }),
];
