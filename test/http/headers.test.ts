import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpsIssuer, local, PASSWORD, type Tokens } from '../support/client.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('the headers', () => {
  it.each([
    ['GET', '/healthz'],
    ['GET', '/docs'],
    ['GET', '/openapi.json'],
    ['GET', '/auth/me'],
    ['POST', '/auth/login'],
    ['GET', '/nothing'],
  ])('of %s %s keep the browser on its guard', async (method, path) => {
    const { headers } = await createHttpsIssuer().call(method, path);
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('forbid to store an answer with tokens or claims', async () => {
    const response = await local.call('POST', '/auth/register', {
      json: { username: 'no-store', password: PASSWORD },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const tokens = await response.json<Tokens>();
    const refreshed = await local.refresh(tokens.refresh_token);
    expect(refreshed.headers.get('cache-control')).toBe('no-store');
    const bearer = tokens.access_token;
    for (const path of ['/auth/me', '/auth/sessions']) {
      const { headers } = await local.call('GET', path, { bearer });
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
  });
});
