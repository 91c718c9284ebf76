import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpsIssuer, HTTPS_ORIGIN, local, PASSWORD, testEnv } from '../support/client.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('the contract', () => {
  type Operation = {
    operationId: string;
    summary: string;
    responses: Record<string, { description: string }>;
    parameters: { name: string; in: string; required?: boolean; schema: object }[];
    requestBody?: { content: Record<string, { schema: { type: string; properties: object } }> };
    security?: Record<string, unknown[]>[];
  };
  type Document = {
    openapi: string;
    info: { title: string; version: string };
    servers: { url: string }[];
    paths: Record<string, Record<string, Operation>>;
    components: { securitySchemes: Record<string, object> };
  };
  const ROUTES = [
    'post /auth/register',
    'post /auth/login',
    'post /auth/refresh',
    'post /auth/logout',
    'get /auth/sessions',
    'delete /auth/sessions',
    'delete /auth/sessions/{sid}',
    'get /auth/me',
    'put /auth/password',
    'delete /admin/users/{username}/sessions',
    'delete /admin/users/{username}',
    'get /.well-known/jwks.json',
    'get /healthz',
  ];

  it('is OpenAPI 3.1 and has every route', async () => {
    const response = await createHttpsIssuer().call('GET', '/openapi.json');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const document = await response.json<Document>();
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({
      title: 'edgemint',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    expect(document.servers).toEqual([{ url: HTTPS_ORIGIN }]);
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ route: `${method} ${path}`, path, operation })),
    );
    expect(operations.map(({ route }) => route)).toEqual(expect.arrayContaining(ROUTES));
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = operation.parameters.filter((each) => each.in === 'path');
      expect(declared.map(({ name }) => name)).toEqual(names);
      expect(declared.every(({ required }) => required)).toBe(true);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/);
        expect(description).not.toBe('');
      }
      expect(operation.security).toBeDefined();
      for (const requirement of operation.security ?? []) {
        for (const name of Object.keys(requirement)) {
          expect(Object.keys(document.components.securitySchemes)).toContain(name);
        }
      }
    }
    expect(document.paths['/auth/refresh']?.post?.parameters.map(({ name }) => name)).toContain(
      'Idempotency-Key',
    );
    const login = document.paths['/auth/register']?.post?.requestBody?.content['application/json']?.schema;
    expect(login).toMatchObject({ type: 'object', required: ['username', 'password'] });
    expect(JSON.stringify(document)).not.toContain('"$schema"');
  });

  it('answers only with statuses that it declares', async () => {
    const { paths } = await (await local.call('GET', '/openapi.json')).json<Document>();
    const tokens = await local.register('declared');
    const bearer = tokens.access_token;
    const asked: [string, string, string, Parameters<typeof local.call>[2]][] = [
      ['post', '/auth/register', '/auth/register', { json: { username: 'declared', password: PASSWORD } }],
      ['post', '/auth/register', '/auth/register', { body: 'x', headers: { 'Content-Type': 'text/plain' } }],
      ['post', '/auth/register', '/auth/register', { json: { username: 'a'.repeat(20_000) } }],
      ['post', '/auth/login', '/auth/login', {}],
      ['post', '/auth/refresh', '/auth/refresh', { headers: { Origin: 'https://evil.example' } }],
      ['post', '/auth/logout', '/auth/logout', { headers: { Origin: 'https://evil.example' } }],
      ['delete', '/auth/sessions/{sid}', '/auth/sessions/x', { bearer }],
      ['get', '/auth/me', '/auth/me', { headers: { Authorization: 'Bearer' } }],
    ];
    for (const [method, path, address, options] of asked) {
      const { status } = await local.call(method.toUpperCase(), address, options);
      const declared = Object.keys(paths[path]?.[method]?.responses ?? {});
      expect.soft(declared, `${method} ${path} answers ${status}`).toContain(String(status));
    }
  });

  it('is shown by a page of our own origin, under a policy with a nonce', async () => {
    const seen: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      const response = await local.call('GET', '/docs');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(nonce.length).toBeGreaterThanOrEqual(16);
      expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
      const page = await response.text();
      const scripts = [...page.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
      expect(scripts.length).toBeGreaterThan(0);
      for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`);
      const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => String(match[1]));
      for (const address of addresses) expect(address).toMatch(/^(\/$|\/[^/]|data:)/);
      for (const address of addresses.filter((each) => each.startsWith('/docs/'))) {
        expect((await testEnv.ASSETS.fetch(`http://assets.local${address}`)).status).toBe(200);
      }
      seen.push(nonce);
    }
    expect(seen[0]).not.toBe(seen[1]);
  });
});
