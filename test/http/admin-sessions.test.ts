import { runDurableObjectAlarm } from 'cloudflare:test';
import { decodeJwt } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../../src/index.ts';
import { type Client, createIssuer, isSignedIn, local, type Tokens, testEnv } from '../support/client.ts';
import { stopClock } from '../support/clock.ts';
import { createCountedBindings } from '../support/counting.ts';
import {
  basicOf,
  CALLBACK,
  createAdmin,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../support/oauth.ts';
import { expectProblem } from '../support/problem.ts';
import { expectAlive, expectOver } from '../support/sessions.ts';
import { isRevoked } from '../support/status.ts';

const clock = stopClock();
let issuer: Client;
let admin: Tokens;

beforeAll(async () => {
  await local.register('on-call');
  issuer = createIssuer({ ADMINS: 'on-call', CLIENT_REGISTRATION: 'open' });
});
beforeEach(async () => {
  admin = await issuer.login('on-call');
});
afterEach(() => void vi.restoreAllMocks());

const signOut = (username: string, bearer = admin.access_token, at = issuer) =>
  at.call('DELETE', `/admin/users/${username}/sessions`, { bearer });

describe('DELETE /admin/users/:username/sessions', () => {
  it('ends all sessions of the user and of nobody else, by the time it answers', async () => {
    const [laptop, other] = [await local.register('suspect'), await local.register('bystander')];
    const phone = await local.login('suspect');
    const response = await signOut('suspect');
    expect([response.status, await response.text()]).toEqual([204, '']);
    for (const tokens of [laptop, phone]) await expectOver(tokens);
    for (const tokens of [other, admin]) await expectAlive(tokens);
    clock.advance(5);
    const ended = await Promise.all(
      [laptop, phone, other, admin].map((each) => isRevoked(each.access_token)),
    );
    expect(ended).toEqual([true, true, false, false]);
  });

  it('leaves the password: the user may sign in again', async () => {
    await local.register('returning');
    await signOut('returning');
    await expectAlive(await local.login('returning'));
  });

  it('ends what clients and the pages hold, and tells the clients', async () => {
    await local.register('with-apps');
    const uri = 'https://client.example.com/logout';
    const client = await registerClient(issuer, { backchannel_logout_uri: uri });
    const browser = new PageBrowser(issuer);
    await browser.signIn('with-apps');
    const tokens = await browser.tokensFor(client, { scope: 'openid offline_access' });
    const told = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null));
    await signOut('with-apps');
    expect(await isSignedIn(issuer, tokens.access_token)).toBe(false);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    await expectProblem(await postForm(issuer, '/oauth/token', form, basicOf(client)), 400, 'invalid_grant');
    expect((await browser.get('/account')).headers.get('location')).toMatch(/^\/signin/);
    await runDurableObjectAlarm(testEnv.ACCOUNT_GUARD.getByName('with-apps'));
    const [[address, init] = []] = told.mock.calls;
    const body = new URLSearchParams(String(init?.body));
    expect([told.mock.calls.length, address]).toEqual([1, uri]);
    expect(decodeJwt(body.get('logout_token') ?? '')).toMatchObject({
      sub: 'with-apps',
      sid: tokens.session,
    });
  });

  it('says in the log whose sessions and by whom', async () => {
    await local.register('logged');
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    await signOut('logged');
    const event = { event: 'all_sessions_ended', username: 'logged', by: 'on-call' };
    expect(lines.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([event]);
  });

  it('claims nothing where the guard can not be asked', async () => {
    const tokens = await local.register('out-of-reach');
    const endAll = () => Promise.reject(new Error('Network connection lost'));
    const isLive = async () => true;
    const guards = { getByName: () => ({ endAll, isLive }) } as unknown as Env['ACCOUNT_GUARD'];
    const cut = createIssuer({ ADMINS: 'on-call', ACCOUNT_GUARD: guards });
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    const response = await signOut('out-of-reach', admin.access_token, cut);
    await expectProblem(response, 503, 'temporarily_unavailable');
    expect(lines.mock.calls.join()).not.toContain('all_sessions_ended');
    await expectAlive(tokens);
  });

  it('may be repeated, also where there is no session, and takes capitals', async () => {
    const tokens = await local.register('twice');
    for (const name of ['TWICE', 'twice', 'twice']) expect((await signOut(name)).status).toBe(204);
    await expectOver(tokens);
  });

  it('ends the admin’s own like anybody’s', async () => {
    expect((await signOut('on-call')).status).toBe(204);
    await expectOver(admin);
    await expectProblem(await signOut('on-call'), 401, 'invalid_token');
  });

  it('ends those of a user who was deleted', async () => {
    const tokens = await local.register('deleted');
    await testEnv.DIRECTORY.prepare("UPDATE users SET deleted_at = 2 WHERE username = 'deleted'").run();
    expect((await signOut('deleted')).status).toBe(204);
    await expectOver(tokens);
  });

  it.each(['nobody-here', 'client:shop', '..%2fx', '%00', '%ff', '-', 'a'.repeat(2_000)])(
    'finds no user by a name that nobody has, and calls no guard for it: %#',
    async (username) => {
      const { vars, calls } = createCountedBindings();
      const counted = createIssuer({ ADMINS: 'on-call', ...vars });
      await expectProblem(await signOut(username, admin.access_token, counted), 404, 'invalid_request');
      // The first is the admin's own, about the access token.
      expect(calls.filter((call) => call.startsWith('ACCOUNT_GUARD'))).toEqual(['ACCOUNT_GUARD.isLive']);
    },
  );

  it('is for admins, and changes nothing for others', async () => {
    const [victim, user] = [await local.register('target'), await local.register('jealous')];
    await expectProblem(await issuer.call('DELETE', '/admin/users/target/sessions'), 401);
    await expectProblem(await signOut('target', user.access_token), 403, 'insufficient_scope');
    await expectProblem(await signOut('nobody-here', user.access_token), 403, 'insufficient_scope');
    // Who is no longer named in `ADMINS`.
    await expectProblem(await signOut('target', admin.access_token, local), 403, 'insufficient_scope');
    await expectAlive(victim);
  });

  it('is for no client, whoever registered it and whoever signs in there', async () => {
    await local.register('admins-target');
    const { admin: other, issuer: theirs } = await createAdmin('app-admin');
    const register = (metadata: object) =>
      theirs.call('POST', '/admin/clients', { bearer: other.access_token, json: metadata });
    const json = { redirect_uris: [CALLBACK], first_party: true };
    await expectProblem(await register({ ...json, scope: 'openid admin' }), 400, 'invalid_client_metadata');
    const client = await (await register(json)).json<Registered>();
    const browser = new PageBrowser(theirs);
    await browser.signIn('app-admin');
    const tokens = await browser.tokensFor(client, { scope: 'openid' });
    expect(await isSignedIn(theirs, tokens.access_token)).toBe(true);
    const response = await signOut('admins-target', tokens.access_token, theirs);
    await expectProblem(response, 403, 'insufficient_scope');
  });
});
