import { describe, expect, it } from 'vitest';
import { API_ROUTES } from '../../src/http/app.ts';
import { createOpenApi } from '../../src/http/contract/openapi.ts';
import { defineRoute } from '../../src/http/route.ts';

describe('the contract', () => {
  it('is not made where a route is not described', () => {
    const route = defineRoute({
      method: 'GET',
      path: '/auth/new',
      cors: 'none',
      handle: (c) => c.body(null),
    });
    expect(() => createOpenApi([...API_ROUTES, route])).toThrow("doesn't describe GET /auth/new");
  });

  it('is not made where it describes what is no route', () => {
    const routes = API_ROUTES.filter(({ path }) => path !== '/healthz');
    expect(() => createOpenApi(routes)).toThrow('describes GET /healthz, which is no route');
  });

  it('says of the jar that a session can be named, and what is answered if it isn’t there', () => {
    const { paths } = createOpenApi(API_ROUTES) as { paths: Record<string, Record<string, object>> };
    expect(paths['/auth/jar']?.post).toMatchObject({
      description: expect.stringContaining('`session`'),
      requestBody: {
        content: { 'application/json': { schema: { properties: { session: { type: 'string' } } } } },
      },
      responses: { 204: { description: expect.stringContaining('named one') } },
    });
  });
});
