import { describe, expect, it } from 'vitest';
import { local } from '../support/client.ts';
import { expectProblem } from '../support/problem.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const POSTS = ['/auth/register', '/auth/login', '/auth/refresh', '/auth/logout'] as const;
const ALL_ROUTES = [
  ['/auth/register', 'POST'],
  ['/auth/login', 'POST'],
  ['/auth/refresh', 'POST'],
  ['/auth/logout', 'POST'],
  ['/auth/me', 'GET'],
  ['/auth/sessions', 'GET, DELETE'],
  ['/auth/sessions/x', 'DELETE'],
  ['/auth/password', 'PUT'],
  ['/admin/users/x/sessions', 'DELETE'],
  ['/admin/users/x', 'DELETE'],
  ['/.well-known/jwks.json', 'GET'],
  ['/openapi.json', 'GET'],
  ['/docs', 'GET'],
  ['/healthz', 'GET'],
] as const;

function send(path: string, body: BodyInit, headers: Record<string, string> = JSON_TYPE): Promise<Response> {
  return local.call('POST', path, { body, headers });
}

describe('the size of a body', () => {
  const filled = (size: number) => `{"refresh_token": "x"${' '.repeat(size - 22)}}`;

  it('may be 16 KiB', async () => {
    await expectProblem(await send('/auth/refresh', filled(16_384)), 400, 'invalid_grant');
  });

  it.each([16_385, 17_408, 1_000_000])('may not be %i bytes', async (size) => {
    for (const path of POSTS) {
      await expectProblem(await send(path, filled(size)), 413, 'invalid_request');
    }
  });

  it('is counted while it comes, not only declared', async () => {
    for (const [size, status] of [
      [16_384, 400],
      [16_385, 413],
      [400_000, 413],
    ] as const) {
      const content = new TextEncoder().encode(filled(size));
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < content.length; at += 4_000)
            controller.enqueue(content.slice(at, at + 4_000));
          controller.close();
        },
      });
      await expectProblem(await send('/auth/refresh', stream), status);
    }
  });

  it('is not believed where it is declared too small', async () => {
    const headers = { ...JSON_TYPE, 'Content-Length': '10' };
    const response = await send('/auth/refresh', filled(17_000), headers);
    expect([400, 413]).toContain(response.status);
    await expectProblem(response, response.status);
  });
});

describe('addresses and methods', () => {
  it.each([
    '/auth',
    '/auth/',
    '/auth/nothing',
    '/auth/login/',
    '/AUTH/LOGIN',
    '/auth//login',
    '/.well-known/',
    '/admin',
    '/%00',
    '/%ff',
    '/..%2fauth',
    '/auth/sessions/a/b',
    '/wp-login.php',
    '/openapi.json/',
    `/${'a'.repeat(4_000)}`,
  ])('%s is 404', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH']) {
      const problem = await expectProblem(await local.call(method, path), 404, 'invalid_request');
      expect(problem.error_description).not.toContain('php');
    }
  });

  it('says so on a page to whoever goes there in a browser, and leads to the account', async () => {
    const headers = { Accept: 'text/html,application/xhtml+xml;q=0.9', 'Accept-Language': 'ko' };
    const response = await local.call('GET', '/no/such/page', { headers });
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    expect(html).toContain('<html lang="ko">');
    expect(html).toContain('<a href="/account">내 계정으로 가기</a>');
    await expectProblem(await local.call('POST', '/no/such/page', { headers }), 404, 'invalid_request');
  });

  it('of slashes shows a page that leads to no other host', async () => {
    for (const path of ['//evil.example/x', '/\\evil.example', '///evil.example']) {
      const html = await (await local.call('GET', path, { headers: { Accept: 'text/html' } })).text();
      expect(html).toContain('lang=ko');
      expect(html).not.toMatch(/href="\/[/\\]/);
    }
  });

  it.each(ALL_ROUTES)('%s takes %s and nothing else', async (path, methods) => {
    const taken = methods.split(', ');
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'PURGE']) {
      if (taken.includes(method)) continue;
      const response = await local.call(method, path);
      const allow = (response.headers.get('allow') ?? '').split(', ');
      expect(allow, `${method} ${path}`).toEqual(expect.arrayContaining(taken));
      await expectProblem(response, 405, 'invalid_request');
    }
  });

  it.each(ALL_ROUTES)('HEAD %s is as GET without a body', async (path, methods) => {
    const response = await local.call('HEAD', path);
    const get = await local.call('GET', path);
    expect(response.status).toBe(get.status);
    expect(await response.text()).toBe('');
    if (!methods.startsWith('GET')) expect(response.status).toBe(405);
    const { headers } = await local.call('PATCH', path);
    expect(headers.get('allow')?.includes('HEAD')).toBe(get.status !== 405);
  });

  it.each(ALL_ROUTES)('OPTIONS %s is no error, and is in Allow', async (path) => {
    const response = await local.call('OPTIONS', path);
    expect(response.status).toBe(204);
    const refused = await local.call('PATCH', path);
    expect(refused.headers.get('allow')).toContain('OPTIONS');
  });
});
