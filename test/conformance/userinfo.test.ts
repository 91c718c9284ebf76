import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientTokens,
  createOpenIssuer,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';

const PATH = '/oauth/userinfo';
const issuer = createOpenIssuer();
let client: Registered;
let browser: PageBrowser;
let tokens: ClientTokens;

beforeAll(async () => {
  client = await registerClient(issuer);
  browser = await PageBrowser.ofNewUser(issuer, 'informed@example.com');
  tokens = await browser.tokensFor(client, { scope: 'openid' });
});

describe('userinfo', () => {
  it('userinfo by both methods', async () => {
    for (const method of ['GET', 'POST']) {
      const response = await issuer.call(method, PATH, { bearer: tokens.access_token });
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await response.json()).toEqual({ sub: decodeJwt(tokens.id_token).sub });
    }
  });

  it('gives what each scope asks for, and no more', async () => {
    const { access_token: bearer } = await browser.tokensFor(client, { scope: 'openid email' });
    const response = await issuer.call('GET', PATH, { bearer });
    const email = 'informed@example.com';
    expect(await response.json()).toEqual({ sub: email, email, email_verified: false });
  });

  it('userinfo takes the token in the header or in a form, not in both and not in the query', async () => {
    const { access_token } = tokens;
    const query = await issuer.call('GET', `${PATH}?access_token=${access_token}`);
    await expectProblem(query, 401, 'invalid_token');
    const form = (fields: Record<string, string> | [string, string][], headers = {}) =>
      postForm(issuer, PATH, fields, headers);
    expect(await (await form({ access_token })).json()).toEqual({ sub: 'informed@example.com' });
    await expectProblem(await form({ access_token: 'x' }), 401, 'invalid_token');
    await expectProblem(await form({ access_token: 'a token' }), 400, 'invalid_request');
    const Authorization = `Bearer ${access_token}`;
    await expectProblem(await form({ access_token }, { Authorization }), 400, 'invalid_request');
    const pair: [string, string] = ['access_token', access_token];
    await expectProblem(await form([pair, pair]), 400, 'invalid_request');
    const text = await form({ access_token }, { 'Content-Type': 'text/plain' });
    await expectProblem(text, 401, 'invalid_token');
  });

  it('challenges a request without a token, and names no error there', async () => {
    const bare = await issuer.call('GET', PATH);
    expect(bare.status).toBe(401);
    const challenge = bare.headers.get('www-authenticate');
    expect(challenge).toMatch(/^Bearer realm="edgemint", DPoP algs="/);
    expect(challenge).not.toContain('error');
  });

  it('names the error of a bad token once, in the characters there are for it', async () => {
    const bad = await issuer.call('GET', PATH, { bearer: tokens.refresh_token });
    expect(bad.headers.get('www-authenticate')).toMatch(
      /^Bearer error="invalid_token", error_description="[\x20\x21\x23-\x5b\x5d-\x7e]+"$/,
    );
    await expectProblem(bad, 401, 'invalid_token');
    const bearer = tokens.id_token;
    await expectProblem(await issuer.call('GET', PATH, { bearer }), 401, 'invalid_token');
  });

  it('userinfo needs openid', async () => {
    const { access_token: bearer } = await browser.tokensFor(client, { scope: 'profile' });
    const response = await issuer.call('GET', PATH, { bearer });
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_scope", .*scope="openid"$/,
    );
    await expectProblem(response, 403, 'insufficient_scope');
  });
});
