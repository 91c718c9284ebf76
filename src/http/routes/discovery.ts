import { defineRoute, type Route } from '../route.ts';

const LONGEST_KEY_CACHING_SECONDS = 3_600;

export const discoveryRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: '/.well-known/jwks.json',
    cors: 'any',
    async handle(c) {
      const { keys, settings } = c.get('services');
      // A set fetched in one epoch must not be used beyond the next: its `next` keys are the last ones it knows.
      const maxAge = Math.min(LONGEST_KEY_CACHING_SECONDS, Math.floor(settings.keyPeriodSeconds / 2));
      c.header('Cache-Control', `public, max-age=${maxAge}`);
      return c.json(await keys.publicKeys(c.get('now')));
    },
  }),
];
