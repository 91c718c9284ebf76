import { describe, expect, it } from 'vitest';
import {
  APP_ORIGIN,
  createHttpsIssuer,
  createIssuer,
  HTTPS_ORIGIN,
  isSignedIn,
  LOCAL_ORIGIN,
} from '../support/client.ts';
import { loginPage, nameOf, pairOf, refreshPage, registerPage } from '../support/cookies.ts';
import { createJar } from '../support/jar.ts';
import { expectProblem } from '../support/problem.ts';

describe('the origin of a cookie request', () => {
  const OTHER = 'https://other.example.com';
  const issuer = createIssuer({ ALLOWED_ORIGINS: `${APP_ORIGIN} ${OTHER}` });

  it('must be an allowed one', async () => {
    const { jar, tokens } = await registerPage(issuer, 'origin');
    const refused: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: '' },
      { Origin: `${APP_ORIGIN}/` },
      { Origin: `${APP_ORIGIN}.evil.example` },
      { Origin: APP_ORIGIN.replace('https', 'http') },
      { Origin: `${APP_ORIGIN}:8443` },
      { Origin: `${APP_ORIGIN}, ${APP_ORIGIN}` },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-origin' },
      { 'Sec-Fetch-Site': 'none' },
    ];
    for (const headers of refused) {
      for (const path of ['/auth/refresh', '/auth/logout']) {
        const response = await issuer.call('POST', path, { jar, headers });
        expect(response.headers.getSetCookie()).toEqual([]);
        await expectProblem(response, 403, 'invalid_request');
      }
      const json = { username: 'origin', password: 'correct-Horse 7 battery', transport: 'cookie' };
      if (headers.Origin === 'null') {
        const login = await issuer.call('POST', '/auth/login', { json, headers });
        expect(login.headers.getSetCookie().join()).not.toContain('refresh-');
        await expectProblem(login, 403, 'invalid_request');
      }
    }
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(true);
    expect((await refreshPage(issuer, jar)).status).toBe(200);
  });

  it('may be the issuer’s own', async () => {
    const { jar } = await loginPage(issuer, 'origin', createJar(), LOCAL_ORIGIN);
    expect((await refreshPage(issuer, jar, { origin: LOCAL_ORIGIN })).status).toBe(200);
    const https = createHttpsIssuer();
    const page = await loginPage(https, 'origin', createJar(), HTTPS_ORIGIN);
    expect((await refreshPage(https, page.jar, { origin: HTTPS_ORIGIN })).status).toBe(200);
  });

  it('is not needed where no browser asks', async () => {
    const { jar, tokens } = await registerPage(issuer, 'curl');
    const response = await issuer.call('POST', '/auth/refresh', { jar });
    expect(await response.json()).toMatchObject({ session: tokens.session, generation: 1 });
  });

  it('does not become one: a page can not use the cookie of a session that no page opened', async () => {
    const jar = createJar();
    await issuer.register('curl-only', { json: { transport: 'cookie' }, jar });
    await expectProblem(await refreshPage(issuer, jar.copy()), 400, 'invalid_grant');
    expect((await issuer.call('POST', '/auth/refresh', { jar })).status).toBe(200);
  });

  it('is that of the session: another allowed page can not use its cookies', async () => {
    const { jar, tokens } = await registerPage(issuer, 'owned');
    for (const json of [undefined, pairOf(tokens)]) {
      const response = await refreshPage(issuer, jar, { origin: OTHER, ...(json && { json, key: 'k' }) });
      expect(response.headers.getSetCookie()).toEqual([]);
      await expectProblem(response, 400, 'invalid_grant');
    }
    const logout = await issuer.call('POST', '/auth/logout', { jar, origin: OTHER });
    expect(logout.status).toBe(401);
    const inBody = await issuer.refresh(jar.get(nameOf(tokens)) ?? '', { origin: OTHER });
    await expectProblem(inBody, 400, 'invalid_grant');
    expect((await refreshPage(issuer, jar, { json: pairOf(tokens), key: 'k' })).status).toBe(200);
  });

  it('parts two pages in one jar, each with its own session', async () => {
    const jar = createJar();
    const app = await registerPage(issuer, 'parted', jar);
    const other = await loginPage(issuer, 'parted', jar, OTHER);
    const renewed = await refreshPage(issuer, jar);
    expect(await renewed.json()).toMatchObject({ session: app.tokens.session, generation: 1 });
    const others = await refreshPage(issuer, jar, { origin: OTHER });
    expect(await others.json()).toMatchObject({ session: other.tokens.session, generation: 1 });
  });

  it('is also needed at a sign-in that asks for a cookie, before anything is made', async () => {
    const json = { username: 'from-nowhere', password: 'correct-Horse 7 battery', transport: 'cookie' };
    const refused = await issuer.call('POST', '/auth/register', { json, origin: 'https://evil.example' });
    await expectProblem(refused, 403, 'invalid_request');
    expect((await issuer.call('POST', '/auth/register', { json, origin: APP_ORIGIN })).status).toBe(201);
  });
});
