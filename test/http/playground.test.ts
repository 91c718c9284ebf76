import { describe, expect, it } from 'vitest';
import {
  type Client,
  createHttpsIssuer,
  createIssuer,
  local,
  PASSWORD,
  type Tokens,
} from '../support/client.ts';

let users = 0;

async function lifeOf(client: Client, asked: string | undefined): Promise<number> {
  users += 1;
  const headers = asked === undefined ? {} : { 'Playground-Lifetime': asked };
  return (await client.register(`player${users}`, { headers })).expires_in;
}

describe('/', () => {
  it('is the playground on one’s own machine, under a policy that runs its scripts alone', async () => {
    const response = await local.call('GET', '/');
    expect(response.status).toBe(200);
    const html = await response.text();
    const nonce = /script-src 'nonce-([^']+)'/.exec(
      response.headers.get('content-security-policy') ?? '',
    )?.[1];
    expect(nonce).toMatch(/^[\w-]{36}$/);
    expect(html.match(/<script[^>]*>/g)).toEqual([
      `<script type="module" nonce="${nonce}" src="/pages/once.js">`,
      `<script type="module" nonce="${nonce}" src="/pages/playground.js">`,
    ]);
    expect(response.headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/);
    const again = (await local.call('GET', '/')).headers.get('content-security-policy');
    expect(again).not.toContain(nonce);
  });

  it('leads to the account in production, unless PLAYGROUND says otherwise', async () => {
    const response = await createHttpsIssuer().call('GET', '/');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/account');
    expect((await createHttpsIssuer({ PLAYGROUND: 'on' }).call('GET', '/')).status).toBe(200);
    expect((await createIssuer({ PLAYGROUND: 'off' }).call('GET', '/')).status).toBe(303);
  });
});

describe('Playground-Lifetime', () => {
  it('shortens the life of an access token, and never lengthens it', async () => {
    expect(await lifeOf(local, '30')).toBe(30);
    expect(await lifeOf(local, '99999')).toBe(600);
    expect(await lifeOf(local, undefined)).toBe(600);
  });

  it.each(['0', '-5', '1.5', '1e1', 'x', ' ', '999999', '07'])('is not %j', async (asked) => {
    expect(await lifeOf(local, asked)).toBe(600);
  });

  it('counts at a refresh too, and nowhere without the playground', async () => {
    const tokens = await local.register('player');
    const response = await local.refresh(tokens.refresh_token, { headers: { 'Playground-Lifetime': '1' } });
    expect((await response.json<Tokens>()).expires_in).toBe(1);
    const off = createIssuer({ PLAYGROUND: 'off' });
    const json = { username: 'player', password: PASSWORD };
    const headers = { 'Playground-Lifetime': '1' };
    const login = await off.call('POST', '/auth/login', { json, headers });
    expect((await login.json<Tokens>()).expires_in).toBe(600);
  });
});
