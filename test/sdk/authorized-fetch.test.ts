import { describe, expect, it } from 'vitest';
import { fetchAuthorized } from '../../src/sdk/core/authorized-fetch.ts';
import { API, createScriptedTab, ISSUER, REFUSED, tokens } from './support/scripted-platform.ts';

const ok = () => new Response('fine');
const REFRESH = `${ISSUER}/auth/refresh`;

describe('the access token', () => {
  it.each([
    ['a listed origin', `${API}/things?q=1`, 'Bearer first'],
    ['the issuer', `${ISSUER}/auth/me`, 'Bearer first'],
    ['another origin', 'https://evil.example/', null],
    ['another port', 'https://api.example.com:8443/', null],
    ['another scheme', 'http://api.example.com/', null],
    ['a subdomain', 'https://x.api.example.com/', null],
    ['a name that begins alike', 'https://api.example.com.evil.example/', null],
  ])('for %s', async (_, url, authorization) => {
    const { tab, sent } = createScriptedTab([ok()]);
    expect(await (await fetchAuthorized(tab, url)).text()).toBe('fine');
    expect(sent).toMatchObject([{ authorization }]);
  });

  it('never takes the place of credentials that the caller set', async () => {
    const { tab, sent } = createScriptedTab([REFUSED()]);
    const init = { headers: { authorization: 'Basic YTpi' } };
    expect((await fetchAuthorized(tab, API, init)).status).toBe(401);
    expect(sent).toMatchObject([{ authorization: 'Basic YTpi' }]);
  });

  it('is missing when nobody is signed in, and the answer is the API’s', async () => {
    const { tab, sent } = createScriptedTab([REFUSED()]);
    tab.session = undefined;
    tab.held = undefined;
    tab.state = { status: 'signed-out', reason: 'logout' };
    expect((await fetchAuthorized(tab, API)).status).toBe(401);
    expect(sent).toMatchObject([{ url: `${API}/`, authorization: null }]);
  });
});

describe('a 401 invalid_token', () => {
  const bodies: [string, RequestInit['body'], string][] = [
    ['a string', '{"a":1}', '{"a":1}'],
    ['bytes', new TextEncoder().encode('bytes'), 'bytes'],
    ['a blob', new Blob(['blob']), 'blob'],
    ['a form', new URLSearchParams({ a: '1' }), 'a=1'],
  ];

  it.each(bodies)('is answered by one refresh and one retry, with %s', async (_, body, text) => {
    const { tab, sent } = createScriptedTab([REFUSED(), tokens(), ok()]);
    const response = await fetchAuthorized(tab, API, { method: 'POST', body: body ?? null });
    expect(response.status).toBe(200);
    expect(sent.map(({ url }) => url)).toEqual([`${API}/`, REFRESH, `${API}/`]);
    expect(sent[1]?.authorization).toBe('Bearer first');
    expect([sent[0], sent[2]].map((each) => each?.body)).toEqual([text, text]);
    expect(sent[2]?.authorization).toBe(`Bearer ${tab.held?.token}`);
  });

  it('is answered with a Request object too', async () => {
    const { tab, sent } = createScriptedTab([REFUSED(), tokens(), ok()]);
    const request = new Request(API, { method: 'PUT', body: 'whole' });
    expect((await fetchAuthorized(tab, request)).status).toBe(200);
    expect(sent[2]).toMatchObject({ method: 'PUT', body: 'whole' });
  });

  it('to a stream refreshes, and leaves the retry to the caller', async () => {
    const { tab, sent } = createScriptedTab([REFUSED(), tokens()]);
    const body = new Blob(['stream']).stream();
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect((await fetchAuthorized(tab, API, init)).status).toBe(401);
    expect(sent.map(({ url }) => url)).toEqual([`${API}/`, REFRESH]);
    expect(tab.held?.generation).toBe(1);
  });

  it('to the retry is the caller’s', async () => {
    const { tab, sent } = createScriptedTab([REFUSED(), tokens(), REFUSED()]);
    expect((await fetchAuthorized(tab, API)).status).toBe(401);
    expect(sent).toHaveLength(3);
  });

  it('of many at once is answered by one refresh', async () => {
    const { tab, sent } = createScriptedTab([REFUSED(), REFUSED(), REFUSED(), tokens(), ok(), ok(), ok()]);
    const all = await Promise.all([1, 2, 3].map((each) => fetchAuthorized(tab, `${API}/${each}`)));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(sent.filter(({ url }) => url === REFRESH)).toHaveLength(1);
  });

  it('to a token that has been replaced meanwhile needs no refresh', async () => {
    const { tab, sent } = createScriptedTab([ok()]);
    const { fetch, held } = tab;
    tab.fetch = async () => {
      // Another tab was first.
      if (held) tab.held = { ...held, generation: 1, token: 'second' };
      tab.fetch = fetch;
      return REFUSED();
    };
    expect((await fetchAuthorized(tab, API)).status).toBe(200);
    expect(sent).toMatchObject([{ url: `${API}/`, authorization: 'Bearer second' }]);
  });

  it('is handed on when the session is over, and says so', async () => {
    const over = Response.json({ error: 'invalid_grant', reason: 'reuse' }, { status: 400 });
    const { tab } = createScriptedTab([REFUSED(), over]);
    expect((await fetchAuthorized(tab, API)).status).toBe(401);
    expect(tab.state).toEqual({ status: 'signed-out', reason: 'reuse' });
  });

  it('is handed on when the issuer can’t be reached, and the session is kept', async () => {
    const { tab } = createScriptedTab([REFUSED()]);
    expect((await fetchAuthorized(tab, API)).status).toBe(401);
    expect(tab.state.status).toBe('signed-in');
  });
});

describe('other answers are handed on', () => {
  it.each([
    ['a 401 without a challenge', 401, undefined],
    ['a 401 of another scheme', 401, 'Basic realm="x"'],
    ['a lack of scope', 403, 'Bearer error="insufficient_scope"'],
    ['a 403 that says invalid_token', 403, 'Bearer error="invalid_token"'],
    ['a fault', 500, undefined],
  ])('%s', async (_, status, challenge) => {
    const headers = challenge === undefined ? {} : { 'www-authenticate': challenge };
    const { tab, sent } = createScriptedTab([new Response(null, { status, headers })]);
    expect((await fetchAuthorized(tab, API)).status).toBe(status);
    expect(sent).toHaveLength(1);
  });

  it('a network error', async () => {
    const { tab } = createScriptedTab([new TypeError('Failed to fetch')]);
    await expect(fetchAuthorized(tab, API)).rejects.toThrow('Failed to fetch');
  });
});

describe('a caller who aborts', () => {
  it('waits no longer for a refresh, which goes on for the others', async () => {
    const { tab } = createScriptedTab([]);
    tab.held = undefined;
    const refresh = Promise.withResolvers<Response>();
    tab.fetch = () => refresh.promise;
    const aborting = new AbortController();
    const fetching = fetchAuthorized(tab, API, { signal: aborting.signal });
    aborting.abort();
    await expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
    refresh.resolve(tokens());
    await tab.renewal;
    expect(tab.held).toMatchObject({ generation: 1 });
  });
});
