import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { type RequireTokenOptions, requireToken } from '../../src/verify/hono.ts';
import { Issuer } from './support.ts';

describe('the Hono middleware', () => {
  const build = async () => {
    const issuer = await Issuer.create();
    const verifier = issuer.verifier();
    const app = new Hono()
      .get('/orders', requireToken({ verifier, scope: 'orders:read' }), (c) => c.text(c.get('token').sub))
      .delete('/orders', requireToken({ verifier, scope: 'admin' }), (c) => c.text('deleted'));
    return { issuer, app };
  };
  const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

  it('lets a good token pass, and shows its claims', async () => {
    const { issuer, app } = await build();
    const response = await app.request('/orders', bearer(await issuer.token()));
    expect([response.status, await response.text()]).toEqual([200, 'ada']);
  });

  it('answers in place of the handler otherwise', async () => {
    const { issuer, app } = await build();
    const none = await app.request('/orders');
    expect([none.status, none.headers.get('WWW-Authenticate')]).toEqual([
      401,
      expect.stringContaining('Bearer realm="api"'),
    ]);
    const lacking = await app.request('/orders', { method: 'DELETE', ...bearer(await issuer.token()) });
    expect([lacking.status, lacking.headers.get('WWW-Authenticate')]).toEqual([
      403,
      expect.stringContaining('scope="admin"'),
    ]);
  });

  it('tells its log why, which it tells nobody else', async () => {
    const { issuer } = await build();
    const log: string[] = [];
    const onRefusal: RequireTokenOptions['onRefusal'] = ({ reason }, c) =>
      void log.push(`${c.req.path} ${reason}`);
    const app = new Hono().get('/orders', requireToken({ verifier: issuer.verifier(), onRefusal }), (c) =>
      c.text('orders'),
    );
    const refused = await app.request('/orders', bearer(await issuer.token({ iss: 'https://evil.example' })));
    expect(await refused.text()).not.toContain('issuer');
    await app.request('/orders', bearer(await issuer.token()));
    expect(log).toEqual(['/orders wrong_issuer']);
  });

  it('hands the renewal of the keys to the runtime', async () => {
    const { issuer, app } = await build();
    const token = await issuer.token({ exp: issuer.now + 86_400 });
    await app.request('/orders', bearer(token));
    issuer.now += 700;
    const work: Promise<unknown>[] = [];
    const ctx = {
      waitUntil: (each: Promise<unknown>) => void work.push(each),
      passThroughOnException() {},
      props: {},
    };
    const response = await app.request('/orders', bearer(token), {}, ctx as never);
    expect([response.status, work.length]).toEqual([200, 1]);
    await Promise.all(work);
    expect(issuer.asked).toHaveLength(2);
  });
});
