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
});
