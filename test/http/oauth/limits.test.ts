import { describe, expect, it } from 'vitest';
import type { Env } from '../../../src/index.ts';
import { createOpenIssuer, PageBrowser, postForm } from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

/** A limit that is used up, and whom it was asked about. */
function usedUp() {
  const asked: string[] = [];
  const limit: RateLimit = {
    async limit({ key }) {
      asked.push(String(key));
      return { success: false };
    },
  };
  return { asked, limit };
}

describe('a limit that is used up', () => {
  it.each<[keyof Env, string]>([
    ['TOKEN_LIMIT', '/oauth/token'],
    ['TOKEN_LIMIT', '/oauth/revoke'],
    ['TOKEN_LIMIT', '/oauth/introspect'],
    ['AUTHORIZE_LIMIT', '/oauth/par'],
    ['DEVICE_LIMIT', '/oauth/device_authorization'],
  ])('%s stops %s before a client is looked up', async (name, path) => {
    const { asked, limit } = usedUp();
    const issuer = createOpenIssuer({ [name]: limit });
    const response = await postForm(issuer, path, { grant_type: 'client_credentials', token: 'x' });
    expect(response.headers.get('retry-after')).toBe('60');
    await expectProblem(response, 429, 'temporarily_unavailable');
    expect(asked).toEqual(['203.0.113.7']);
  });

  it('CLIENT_REGISTRATION_LIMIT stops registrations', async () => {
    const issuer = createOpenIssuer({ CLIENT_REGISTRATION_LIMIT: usedUp().limit });
    const json = { redirect_uris: ['https://client.example.com/callback'] };
    await expectProblem(await issuer.call('POST', '/oauth/register', { json }), 429);
  });

  it('AUTHORIZE_LIMIT stops the pages, with a page', async () => {
    const browser = new PageBrowser(createOpenIssuer({ AUTHORIZE_LIMIT: usedUp().limit }));
    for (const path of ['/oauth/authorize?client_id=x', '/oauth/logout']) {
      const response = await browser.get(path);
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('60');
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    }
  });

  it('DEVICE_LIMIT stops a code that is typed in, and says nothing against the code', async () => {
    const issuer = createOpenIssuer({ DEVICE_LIMIT: usedUp().limit });
    const browser = await PageBrowser.ofNewUser(issuer, 'typist');
    const response = await browser.submit('/oauth/device', { user_code: 'BCDF-GHJK' });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
    const html = await response.text();
    expect(html).toMatch(/role="alert"[^>]*>Too many attempts/);
    expect(html).toContain('value="BCDF-GHJK"');
    expect(html).not.toContain('aria-invalid');
  });
});
