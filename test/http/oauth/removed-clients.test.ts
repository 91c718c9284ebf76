import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client, Tokens } from '../../support/client.ts';
import {
  authorizationOf,
  basicOf,
  CALLBACK,
  createAdmin,
  exchange,
  PageBrowser,
  postForm,
  type Registered,
} from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

let issuer: Client;
let admin: Tokens;
let browser: PageBrowser;
let watcher: Registered;

beforeAll(async () => {
  ({ issuer, admin } = await createAdmin('remover'));
  browser = await PageBrowser.ofNewUser(issuer, 'left-behind');
  watcher = await add({ client_id: 'watcher', grant_types: ['client_credentials'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function add(metadata: object): Promise<Registered> {
  const response = await issuer.call('POST', '/admin/clients', {
    bearer: admin.access_token,
    json: metadata,
  });
  return response.json<Registered>();
}

const shop = (first_party: boolean) =>
  add({
    client_id: 'shop',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    first_party,
  });
const remove = () => issuer.call('DELETE', '/admin/clients/shop', { bearer: admin.access_token });
const refresh = (by: Registered, { refresh_token }: Tokens) =>
  postForm(issuer, '/oauth/token', { grant_type: 'refresh_token', refresh_token }, basicOf(by));
const introspect = async (token: string, by = watcher) =>
  (await postForm(issuer, '/oauth/introspect', { token }, basicOf(by))).json<{ active: boolean }>();
const userinfo = ({ access_token: bearer }: Tokens) => issuer.call('GET', '/oauth/userinfo', { bearer });

describe.each([true, false])('a client that was removed (first party: %s)', (isFirstParty) => {
  it('leaves tokens behind that are good for nothing, and its name gives them to nobody', async () => {
    const before = await shop(isFirstParty);
    const code = await browser.codeFor(authorizationOf(before));
    const tokens = await (await exchange(issuer, before, code)).json<Tokens>();
    expect((await introspect(tokens.access_token)).active).toBe(true);
    expect((await introspect(tokens.refresh_token, before)).active).toBe(true);
    expect((await userinfo(tokens)).status).toBe(200);

    const unspent = await browser.codeFor(authorizationOf(before));
    expect((await remove()).status).toBe(204);
    const expectDead = async () => {
      expect(await introspect(tokens.access_token)).toEqual({ active: false });
      await expectProblem(await userinfo(tokens), 401, 'invalid_token');
    };
    await expectDead();
    await expectProblem(await refresh(before, tokens), 401, 'invalid_client');

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 });
    const after = await shop(isFirstParty);
    await expectDead();
    await expectProblem(await refresh(after, tokens), 400, 'invalid_grant');
    await expectProblem(await exchange(issuer, after, unspent), 400, 'invalid_grant');
    expect(await introspect(tokens.refresh_token, after)).toEqual({ active: false });
    const anew = await browser.codeFor(authorizationOf(after));
    const next = await (await exchange(issuer, after, anew)).json<Tokens>();
    expect((await userinfo(next)).status).toBe(200);
    expect((await refresh(after, next)).status).toBe(200);
    await remove();
  });
});
