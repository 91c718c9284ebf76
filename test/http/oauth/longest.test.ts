import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEVICE_GRANT } from '../../../src/core/oauth/client.ts';
import type { Client, Tokens } from '../../support/client.ts';
import { drawRsaKey } from '../../support/keys.ts';
import {
  answerOf,
  authorizationOf,
  basicOf,
  createAdmin,
  exchange,
  PageBrowser,
  postForm,
  type Registered,
} from '../../support/oauth.ts';
import { expectProblem } from '../../support/problem.ts';

/** A text of so many characters. */
const filled = (start: string, length: number) => start.padEnd(length, 'x');
const resource = (n: number) => filled(`https://api${n}.example.com/`, 100);
const RESOURCES = Array.from({ length: 40 }, (_, n) => resource(n));
const USERNAME = filled('longest-', 64);
const CALLBACK = filled('https://client.example.com/', 2_048);
/** 64 scopes, 2,048 characters. */
const SCOPE = [
  'openid',
  ...Array.from({ length: 63 }, (_, n) => filled(`scope:${n}:`, n < 26 ? 32 : 31)),
].join(' ');
/** Leaves room for 10 resources. */
const SHORTER_SCOPE = SCOPE.split(' ').slice(0, 31).join(' ');

const STATE = filled('CfDJ8', 4_096);

let issuer: Client;
let client: Registered;
let machine: Registered;
let browser: PageBrowser;

beforeAll(async () => {
  const vars = { SIGNING_ALG: 'RS256', RSA_KEY: await drawRsaKey(), RESOURCES: RESOURCES.join(' ') };
  const operated = await createAdmin('longest', vars);
  ({ issuer } = operated);
  const add = async (json: object): Promise<Registered> => {
    const { access_token: bearer } = operated.admin;
    return (await issuer.call('POST', '/admin/clients', { bearer, json })).json<Registered>();
  };
  client = await add({
    client_id: filled('longest-', 64),
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: SCOPE,
  });
  machine = await add({ grant_types: ['client_credentials', DEVICE_GRANT], scope: SHORTER_SCOPE });
  await issuer.register(USERNAME);
  browser = new PageBrowser(issuer);
});

/** Every parameter at its longest. */
const request = (scope: string) =>
  authorizationOf(client, {
    redirect_uri: CALLBACK,
    scope,
    state: STATE,
    nonce: filled('n', 512),
    prompt: 'login consent select_account',
    max_age: '999999999',
    login_hint: USERNAME,
    ui_locales: filled('en ko ', 64),
  });
const named = (resources: readonly string[]) => resources.map((each): [string, string] => ['resource', each]);
const authorize = (parameters: Record<string, string>, resources: readonly string[] = []) =>
  browser.get(
    `/oauth/authorize?${new URLSearchParams([...Object.entries(parameters), ...named(resources)])}`,
  );

/** Signs in and allows what is asked for. @returns the answer to the client */
async function allow(begun: Response): Promise<URLSearchParams> {
  const onwards = await browser.signIn(USERNAME, begun.headers.get('location') ?? '');
  return answerOf(await browser.answer(await browser.get(onwards), 'allow'));
}

async function tokensOf(answer: URLSearchParams): Promise<Tokens> {
  const response = await exchange(issuer, client, answer.get('code') ?? '', { redirect_uri: CALLBACK });
  return response.json<Tokens>();
}

const refresh = (refresh_token: string, resources: readonly string[] = []) =>
  postForm(
    issuer,
    '/oauth/token',
    [['grant_type', 'refresh_token'], ['refresh_token', refresh_token], ...named(resources)],
    basicOf(client),
  );
const introspect = async (token: string, by: Registered) =>
  (await postForm(issuer, '/oauth/introspect', { token }, basicOf(by))).json<{ active: boolean }>();

describe('a request with everything at its longest', () => {
  it.each([
    ['scopes alone', SCOPE, []],
    ['scopes and resources', SHORTER_SCOPE, RESOURCES.slice(0, 10)],
  ])('is answered whole, and its tokens are taken: %s', async (_, scope, resources) => {
    const answer = await allow(await authorize(request(scope), resources));
    expect(answer.get('state')).toBe(STATE);
    const tokens = await tokensOf(answer);
    expect(tokens.scope).toBe(scope);
    expect((await introspect(tokens.access_token, client)).active).toBe(true);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('goes on when it was pushed', async () => {
    const parameters = { ...request(SCOPE), dpop_jkt: filled('', 43) };
    const pushed = await postForm(issuer, '/oauth/par', parameters, basicOf(client));
    expect(pushed.status).toBe(201);
    const { request_uri } = await pushed.json<{ request_uri: string }>();
    const answer = await allow(await authorize({ client_id: client.client_id, request_uri }));
    expect(answer.get('state')).toBe(STATE);
    expect(answer.get('code')).not.toBeNull();
  });

  it('is told that it is too long where it is longer still, and nothing of it is cut off', async () => {
    const state = '\u0001'.repeat(4_096);
    const answer = answerOf(await authorize({ ...request(SCOPE), state }));
    expect(answer.get('error')).toBe('invalid_request');
    expect(answer.get('state')).toBe(state);
  });

  it('signs out with as long a state', async () => {
    const { client_id } = client;
    const query = new URLSearchParams({ client_id, post_logout_redirect_uri: CALLBACK, state: STATE });
    const response = await new PageBrowser(issuer).get(`/oauth/logout?${query}`);
    expect(answerOf(response).get('state')).toBe(STATE);
  });
});

describe('resources', () => {
  const short = () => ({ ...request('openid'), state: 'a state' });
  const many = Array.from({ length: 120 }, () => resource(1));

  it('count once, however often they are named', async () => {
    const tokens = await tokensOf(await allow(await authorize(short(), many)));
    expect(decodeJwt(tokens.access_token).aud).toEqual([resource(1), issuer.origin]);
    const renewed = await refresh(tokens.refresh_token, many);
    expect(renewed.status).toBe(200);
    expect(tokens.refresh_token.length).toBeLessThan(1_024);
  });

  it('are refused where no token has room for them', async () => {
    const answer = answerOf(await authorize(short(), RESOURCES));
    expect(answer.get('error')).toBe('invalid_target');
    const form: [string, string][] = [['scope', SHORTER_SCOPE], ...named(RESOURCES.slice(0, 16))];
    const path = '/oauth/device_authorization';
    await expectProblem(await postForm(issuer, path, form, basicOf(machine)), 400, 'invalid_target');
  });

  it('are as many of a client’s own token as it has room for', async () => {
    const ask = (count: number) => {
      const form: [string, string][] = [
        ['grant_type', 'client_credentials'],
        ...named(RESOURCES.slice(0, count)),
      ];
      return postForm(issuer, '/oauth/token', form, basicOf(machine));
    };
    await expectProblem(await ask(16), 400, 'invalid_target');
    const { access_token } = await (await ask(10)).json<Tokens>();
    expect((await introspect(access_token, machine)).active).toBe(true);
  });
});
