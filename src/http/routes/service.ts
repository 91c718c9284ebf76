import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';

export const serviceRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/healthz',
    tag: 'Service',
    summary: 'Whether the issuer is configured and answers',
    cors: 'none',
    answers: {
      200: { description: 'It does', body: schemas.health },
      503: {
        description: 'A setting or secret is missing or wrong; the log says which',
        body: schemas.problem,
      },
    },
    handle: (c) => c.json({ status: 'ok' }),
  }),
];
