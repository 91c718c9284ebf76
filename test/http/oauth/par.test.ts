import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  answerOf,
  authorizationOf,
  basicOf,
  createOpenIssuer,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';
import { expectPage } from '../../support/pages.ts';
import { expectProblem } from '../../support/problem.ts';

const issuer = createOpenIssuer();
let client: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  client = await registerClient(issuer);
  browser = await PageBrowser.ofNewUser(issuer, 'asker');
  await browser.codeFor(authorizationOf(client));
});

afterEach(() => {
  vi.useRealTimers();
});

describe('pushed requests (RFC 9126)', () => {
  const push = (parameters: Record<string, string>, by = client) =>
    postForm(issuer, '/oauth/par', parameters, basicOf(by));

  it('are checked when they are pushed, and go on under their name', async () => {
    const response = await push(authorizationOf(client));
    expect(response.status).toBe(201);
    const { request_uri, expires_in } = await response.json<{ request_uri: string; expires_in: number }>();
    expect(request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:/);
    expect(expires_in).toBe(90);
    const named = { client_id: client.client_id, request_uri };
    expect(answerOf(await browser.authorize(named)).get('code')).not.toBeNull();
    const other = await registerClient(issuer);
    await expectPage(await browser.authorize({ ...named, client_id: other.client_id }));
    await expectPage(await browser.authorize({ ...named, request_uri: `${request_uri}x` }));
    const twice = new URLSearchParams(named);
    twice.append('request_uri', request_uri);
    await expectPage(await browser.get(`/oauth/authorize?${twice}`));
  });

  it('are refused with the error that the page would have sent', async () => {
    await expectProblem(
      await push(authorizationOf(client, { code_challenge: undefined })),
      400,
      'invalid_request',
    );
    await expectProblem(await push(authorizationOf(client, { redirect_uri: 'https://evil.example' })), 400);
    await expectProblem(
      await push({ ...authorizationOf(client), request_uri: 'urn:x' }),
      400,
      'invalid_request',
    );
    await expectProblem(
      await push(authorizationOf(client), { ...client, client_secret: 'x' }),
      401,
      'invalid_client',
    );
  });

  it('can be the only way for a client', async () => {
    const strict = await registerClient(issuer, { require_pushed_authorization_requests: true });
    const parameters = authorizationOf(strict);
    expect(answerOf(await browser.authorize(parameters)).get('error')).toBe('invalid_request');
    const { request_uri } = await (await push(parameters, strict)).json<{ request_uri: string }>();
    const { client_id } = strict;
    expect((await browser.authorize({ client_id, request_uri })).status).toBe(200);
  });
});
