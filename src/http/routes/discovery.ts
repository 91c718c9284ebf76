import { defineRoute, type Route } from '../route.ts';
import * as schemas from '../schemas.ts';

const LONGEST_KEY_CACHING_SECONDS = 3_600;

export const discoveryRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/.well-known/jwks.json',
    tag: 'Discovery',
    summary: 'The keys that verify access tokens',
    description: "The previous, the current and the next epoch's keys (RFC 7517).",
    cors: 'any',
    answers: { 200: { description: 'A JWK Set', body: schemas.keySet } },
    async handle(c) {
      const { keys, settings } = c.get('services');
      // A set fetched in one epoch must not be used beyond the next: its `next` keys are the last ones it knows.
      const maxAge = Math.min(LONGEST_KEY_CACHING_SECONDS, Math.floor(settings.keyPeriodSeconds / 2));
      c.header('Cache-Control', `public, max-age=${maxAge}`);
      return c.json(await keys.publicKeys(c.get('now')));
    },
  }),
];
