import { beforeAll, describe, expect, it } from 'vitest';
import {
  APP_ORIGIN,
  type CallOptions,
  createHttpsIssuer,
  createIssuer,
  HTTPS_ORIGIN,
  local,
  PASSWORD,
  type Tokens,
} from '../support/client.ts';

const FOREIGN = 'https://evil.example';
const ROUTES = [
  ['POST', '/auth/register'],
  ['POST', '/auth/login'],
  ['POST', '/auth/refresh'],
  ['POST', '/auth/jar'],
  ['POST', '/auth/logout'],
  ['GET', '/auth/me'],
  ['GET', '/auth/sessions'],
  ['DELETE', '/auth/sessions'],
  ['DELETE', '/auth/sessions/tgk1x0_8f3a09c2d4e5b6a7'],
  ['PUT', '/auth/password'],
  ['DELETE', '/admin/users/x/sessions'],
  ['DELETE', '/admin/users/x'],
] as const;

function preflight(method: string, path: string, origin: string, client = local): Promise<Response> {
  return client.call('OPTIONS', path, {
    origin,
    headers: {
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
    },
  });
}

function listOf(header: string | null): string[] {
  return (header ?? '').split(',').map((item) => item.trim().toLowerCase());
}

describe('a preflight', () => {
  it.each(ROUTES)('for %s %s lets an allowed origin through, and is cached', async (method, path) => {
    const { status, headers } = await preflight(method, path, APP_ORIGIN);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(APP_ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(listOf(headers.get('access-control-allow-methods'))).toContain(method.toLowerCase());
    const allowed = listOf(headers.get('access-control-allow-headers'));
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'idempotency-key']));
    expect(headers.get('access-control-max-age')).toBe('7200');
    expect(listOf(headers.get('vary'))).toContain('origin');
  });

  it.each(ROUTES)('for %s %s stops other origins', async (method, path) => {
    for (const origin of [FOREIGN, 'null', `${APP_ORIGIN}.evil.example`, 'http://app.example.com']) {
      const { headers } = await preflight(method, path, origin);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(listOf(headers.get('vary'))).toContain('origin');
    }
  });

  it('lets a page sign its request by AWS4, but with no session token, which is refused', async () => {
    const { headers } = await preflight('POST', '/auth/login', APP_ORIGIN);
    const allowed = listOf(headers.get('access-control-allow-headers'));
    expect(allowed).toEqual(expect.arrayContaining(['x-amz-date', 'x-amz-content-sha256']));
    expect(allowed).not.toContain('x-amz-security-token');
  });

  it('lets the issuer’s own pages through', async () => {
    const { headers } = await preflight('POST', '/auth/refresh', HTTPS_ORIGIN, createHttpsIssuer());
    expect(headers.get('access-control-allow-origin')).toBe(HTTPS_ORIGIN);
  });

  it('lets nobody through where no origin is allowed', async () => {
    const closed = createIssuer({ ALLOWED_ORIGINS: '' });
    const { headers } = await preflight('POST', '/auth/refresh', APP_ORIGIN, closed);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('an answer', () => {
  let tokens: Tokens;

  beforeAll(async () => {
    tokens = await local.register('reader');
  });

  const expectReadable = ({ headers }: Response) => {
    expect(headers.get('access-control-allow-origin')).toBe(APP_ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(listOf(headers.get('vary'))).toContain('origin');
    expect(listOf(headers.get('access-control-expose-headers'))).toEqual(
      expect.arrayContaining(['www-authenticate', 'retry-after', 'refresh-outcome', 'date']),
    );
  };

  it('is readable for an allowed origin', async () => {
    const options = { bearer: tokens.access_token, origin: APP_ORIGIN };
    const response = await local.call('GET', '/auth/me', options);
    expect(response.status).toBe(200);
    expectReadable(response);
  });

  it('is not readable for a foreign origin, nor without one', async () => {
    for (const origin of [{ origin: FOREIGN }, { origin: 'null' }, {}]) {
      const response = await local.call('GET', '/auth/me', { bearer: tokens.access_token, ...origin });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(listOf(response.headers.get('vary'))).toContain('origin');
    }
  });

  const full = { limit: async () => ({ success: false }) };
  const limited = createIssuer({ SIGN_IN_LIMIT: full, REGISTRATION_LIMIT: full });
  const login = { json: { username: 'reader', password: PASSWORD } };
  it.each<[number, string, string, CallOptions, typeof local]>([
    [400, 'POST', '/auth/refresh', { json: { refresh_token: 'abc' } }, local],
    [401, 'GET', '/auth/me', {}, local],
    [401, 'POST', '/auth/login', {}, local],
    [405, 'GET', '/auth/login', {}, local],
    [413, 'POST', '/auth/login', { json: { username: 'a'.repeat(17_000) } }, local],
    [415, 'POST', '/auth/login', { body: 'username=reader' }, local],
    [429, 'POST', '/auth/login', login, limited],
    [429, 'POST', '/auth/register', login, limited],
  ])('that refuses with %i (%s %s) is readable too', async (status, method, path, options, client) => {
    const response = await client.call(method, path, { ...options, origin: APP_ORIGIN });
    expect(response.status).toBe(status);
    expectReadable(response);
    const foreign = await client.call(method, path, { ...options, origin: FOREIGN });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('that no such session is there is readable too', async () => {
    const response = await local.call('DELETE', '/auth/sessions/tgk1x0_8f3a09c2d4e5b6a7', {
      bearer: tokens.access_token,
      origin: APP_ORIGIN,
    });
    expect(response.status).toBe(404);
    expectReadable(response);
  });

  it('to a rotation is readable with its outcome', async () => {
    const response = await local.refresh(tokens.refresh_token, { origin: APP_ORIGIN });
    expect(response.headers.get('refresh-outcome')).toBe('rotated');
    expectReadable(response);
  });
});

describe('the key set', () => {
  it.each([APP_ORIGIN, FOREIGN, 'null'])('is for everybody, without credentials (%s)', async (origin) => {
    const { status, headers } = await local.call('GET', '/.well-known/jwks.json', { origin });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('answers preflights likewise', async () => {
    const { status, headers } = await preflight('GET', '/.well-known/jwks.json', FOREIGN);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('access-control-max-age')).toBe('7200');
  });
});

describe('the token endpoint', () => {
  it('lets any page read the outcome of a refresh, without credentials', async () => {
    const { headers } = await local.call('POST', '/oauth/token', { origin: FOREIGN });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(listOf(headers.get('access-control-expose-headers'))).toContain('refresh-outcome');
  });
});
