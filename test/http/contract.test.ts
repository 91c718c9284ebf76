import * as v from 'valibot';
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

  it('is not made where it describes a member that its body has not', () => {
    const routes = API_ROUTES.map((route) =>
      route.path === '/auth/jar' ? { ...route, body: v.object({}) } : route,
    );
    expect(() => createOpenApi(routes)).toThrow('takes no session');
  });

  it('says what the members of a body mean, in each form that it may have', () => {
    const { paths } = createOpenApi(API_ROUTES) as { paths: Record<string, Record<string, object>> };
    const bodyOf = (schema: object) => ({ requestBody: { content: { 'application/json': { schema } } } });
    const username = { description: expect.stringContaining('1 to 64 characters') };
    expect(paths['/auth/login']?.post).toMatchObject(bodyOf({ properties: { username } }));
    const password = { description: expect.stringContaining('The current password') };
    const forms = Array.from({ length: 3 }, () => ({ properties: { password } }));
    expect(paths['/auth/credentials']?.post).toMatchObject(bodyOf({ oneOf: forms }));
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
