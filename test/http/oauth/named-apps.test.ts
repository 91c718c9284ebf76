import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, createIssuer, type Tokens } from '../../support/client.ts';
import { createCountedBindings } from '../../support/counting.ts';
import {
  authorizationOf,
  createAdmin,
  createOpenIssuer,
  hiddenFields,
  PageBrowser,
  postForm,
  type Registered,
  registerClient,
} from '../../support/oauth.ts';

const SELF_NAMED = 'The app chose that name itself.';
/** What stands on a sign-in that leads to no app for sure. */
const NO_APP = 'To see your account, or to go on to an app that signs you in here.';

const open = createOpenIssuer();
let operated: Client;
let admin: Tokens;

beforeAll(async () => {
  ({ issuer: operated, admin } = await createAdmin('namer', { CLIENT_REGISTRATION: 'token' }));
});
afterEach(() => {
  vi.useRealTimers();
});

async function registerByOperator(metadata: object): Promise<Registered> {
  const response = await operated.call('POST', '/admin/clients', {
    bearer: admin.access_token,
    json: { redirect_uris: ['https://client.example.com/callback'], ...metadata },
  });
  expect(response.status).toBe(201);
  return response.json<Registered>();
}

async function registerWithToken(client_name: string): Promise<Registered> {
  const path = '/admin/registration-tokens';
  const made = await operated.call('POST', path, { bearer: admin.access_token, json: {} });
  const { initial_access_token: bearer } = await made.json<{ initial_access_token: string }>();
  const json = { redirect_uris: ['https://client.example.com/callback'], client_name };
  return (await operated.call('POST', '/oauth/register', { bearer, json })).json<Registered>();
}

/** Where somebody who is not signed in is sent to sign in for a client. */
async function signInPathOf(
  issuer: Client,
  client: Registered,
  changes: Record<string, string> = {},
): Promise<string> {
  const response = await new PageBrowser(issuer).authorize(authorizationOf(client, changes));
  return response.headers.get('location') ?? '';
}

async function htmlOf(response: Response | Promise<Response>): Promise<string> {
  const answer = await response;
  expect(answer.status).toBe(200);
  return answer.text();
}

/** The words of the paragraph that leads a page in, with its markup. */
function leadOf(html: string): string {
  return /<p class="lead">(.*?)<\/p>/s.exec(html)?.[1]?.trim() ?? '';
}

const nameIn = (name: string) => `<strong><bdi>${name}</bdi></strong>`;

describe('the sign-in that a request leads through', () => {
  it('says to which app and host it goes on: to sign in, to register, and when either is refused', async () => {
    const client = await registerClient(open, { client_name: 'Photo printer' });
    const browser = new PageBrowser(open);
    const path = await signInPathOf(open, client);
    const lead = `To go on to ${nameIn('Photo printer')}, at client.example.com. ${SELF_NAMED}`;
    const signIn = await htmlOf(browser.get(path));
    expect(leadOf(signIn)).toBe(lead);
    const [, register = ''] = /href="(\/signin\?new=&amp;return_to=[^"]+)"/.exec(signIn) ?? [];
    const registerPath = register.replaceAll('&amp;', '&');
    expect(leadOf(await htmlOf(browser.get(registerPath)))).toBe(lead);
    for (const each of [path, registerPath]) {
      const refused = await browser.submit(each, { username: '', password: '' });
      expect(refused.status).toBe(400);
      expect(leadOf(await refused.text())).toBe(lead);
    }
    expect(leadOf(await htmlOf(browser.get(`${path}&lang=ko`)))).toBe(
      `계속하면 client.example.com의 ${nameIn('Photo printer')}(으)로 이동합니다. 이름은 앱이 스스로 밝힌 것입니다.`,
    );
  });

  it('says it of a request that the client pushed, and of a native app by its scheme', async () => {
    const scheme = { redirect_uris: ['com.example.app:/cb'], token_endpoint_auth_method: 'none' };
    const client = await registerClient(open, { client_name: 'Pocket', ...scheme });
    const asked = authorizationOf(client, { redirect_uri: 'com.example.app:/cb' });
    const pushed = await postForm(open, '/oauth/par', asked);
    const { request_uri } = await pushed.json<{ request_uri: string }>();
    const returnTo = `/oauth/authorize?${new URLSearchParams({ client_id: client.client_id, request_uri })}`;
    const path = `/signin?${new URLSearchParams({ return_to: returnTo })}`;
    expect(leadOf(await htmlOf(new PageBrowser(open).get(path)))).toContain(
      `${nameIn('Pocket')}, at com.example.app:.`,
    );
  });

  it.each([undefined, ''])('names an app by its id that calls itself %j', async (client_name) => {
    const client = await registerClient(open, { client_name });
    const html = await htmlOf(new PageBrowser(open).get(await signInPathOf(open, client)));
    expect(leadOf(html)).toContain(nameIn(client.client_id));
  });
});

describe('a name that nobody checked', () => {
  it('has the warning where anybody may register, on the sign-in and on the consent', async () => {
    const client = await registerClient(open, { client_name: 'Bank' });
    const browser = await PageBrowser.ofNewUser(open, 'wary');
    expect(await htmlOf(browser.get(await signInPathOf(open, client)))).toContain(SELF_NAMED);
    const consent = await htmlOf(browser.authorize(authorizationOf(client)));
    expect(leadOf(consent)).toBe(`${nameIn('Bank')} asks for access to your account, wary. ${SELF_NAMED}`);
    expect(consent).toContain('You go on to client.example.com. Allow it only if you came from there.');
  });

  it.each([
    ['the operator', () => registerByOperator({ client_name: 'Bank' })],
    ['an initial access token', () => registerWithToken('Bank')],
  ])('has none of the client that %s vouches for', async (who, register) => {
    const client = await register();
    const browser = await PageBrowser.ofNewUser(operated, `trusting.${who.split(' ').at(-1)}`);
    const signIn = await htmlOf(browser.get(await signInPathOf(operated, client)));
    expect(leadOf(signIn)).toBe(`To go on to ${nameIn('Bank')}, at client.example.com.`);
    const consent = await htmlOf(browser.authorize(authorizationOf(client)));
    expect(consent).toContain(`${nameIn('Bank')} asks for access`);
    expect(consent).not.toMatch(/chose that name|Allow it only/);
  });

  it('is no markup and no place of a text', async () => {
    const client = await registerClient(open, { client_name: '<i>Bank</i>, at {host}' });
    const html = await htmlOf(new PageBrowser(open).get(await signInPathOf(open, client)));
    expect(leadOf(html)).toBe(
      `To go on to ${nameIn('&lt;i&gt;Bank&lt;/i&gt;, at {host}')}, at client.example.com. ${SELF_NAMED}`,
    );
  });

  it.each(['\u202e', '\u2066', '\u2069', '\u200f', '\n', '\u2028', '\0'])(
    'can not be registered with the mark %j',
    async (mark) => {
      const json = { redirect_uris: ['https://client.example.com/callback'], client_name: `Bank${mark}moc` };
      const response = await open.call('POST', '/oauth/register', { json });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_client_metadata' });
    },
  );

  it('may be of any script, and has room', async () => {
    for (const client_name of [
      '사진 인쇄소',
      'חנות הצילום',
      'متجر الصور',
      '👩‍🎨 Painter’s',
      'N'.repeat(80),
    ]) {
      expect(await registerClient(open, { client_name })).toMatchObject({ client_name });
    }
  });
});

describe('a sign-in that leads to no app for sure', () => {
  const expectNoApp = async (path: string, issuer = open) =>
    expect(leadOf(await htmlOf(new PageBrowser(issuer).get(path)))).toBe(NO_APP);
  const leadingTo = (requestUri: string, path = '/oauth/authorize') =>
    `/signin?${new URLSearchParams({ return_to: `${path}?${new URLSearchParams({ request_uri: requestUri })}` })}`;

  it('is as it always was without a request, and with one that is none of ours', async () => {
    const signIn = await signInPathOf(open, await registerClient(open));
    const [, query] = new URLSearchParams(signIn.split('?')[1]).get('return_to')?.split('?') ?? [];
    const real = new URLSearchParams(query).get('request_uri') ?? '';
    expect(leadOf(await htmlOf(new PageBrowser(open).get(leadingTo(real))))).not.toBe(NO_APP);
    await expectNoApp('/signin');
    await expectNoApp('/signin?return_to=/oauth/authorize');
    await expectNoApp(leadingTo(real, '/account'));
    await expectNoApp(leadingTo(`${real.slice(0, -8)}AAAAAAAA`));
    await expectNoApp(leadingTo('urn:ietf:params:oauth:request_uri:x'));
    await expectNoApp(leadingTo('https://evil.example/'));
  });

  it('takes no request from the form of a consent', async () => {
    const browser = await PageBrowser.ofNewUser(open, 'carrier');
    const page = await browser.authorize(authorizationOf(await registerClient(open)));
    const { request = '' } = hiddenFields(await page.text());
    await expectNoApp(leadingTo(`urn:ietf:params:oauth:request_uri:${request}`));
  });

  it('names none whose request has expired', async () => {
    const path = await signInPathOf(open, await registerClient(open));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 });
    await expectNoApp(path);
  });

  it('names none that is gone, or has another address by now', async () => {
    const client = await registerByOperator({ client_id: 'leaving' });
    const path = await signInPathOf(operated, client);
    const change = (method: string, json?: object) =>
      operated.call(method, '/admin/clients/leaving', {
        bearer: admin.access_token,
        ...(json && { json }),
      });
    await env.DIRECTORY.prepare(
      "UPDATE clients SET metadata = json_set(metadata, '$.redirectUris', json(?)) WHERE client_id = 'leaving'",
    )
      .bind('["https://elsewhere.example/callback"]')
      .run();
    await expectNoApp(path, operated);
    expect((await change('DELETE')).status).toBe(204);
    await expectNoApp(path, operated);
  });

  it.each(['', 'new=&'])('is one that is throttled, for which no directory is asked: ?%s', async (isNew) => {
    const path = await signInPathOf(open, await registerClient(open));
    const { vars, calls } = createCountedBindings();
    const limit = { limit: async () => ({ success: false }) };
    const full = createIssuer({ ...vars, SIGN_IN_LIMIT: limit, REGISTRATION_LIMIT: limit });
    const credentials = { username: 'flood', password: 'a guess' };
    const response = await new PageBrowser(full).submit(path.replace('?', `?${isNew}`), credentials);
    expect(response.status).toBe(429);
    expect(leadOf(await response.text())).not.toContain('client.example.com');
    expect(calls).toEqual([]);
  });

  it('is there while the directory of clients is not', async () => {
    const path = await signInPathOf(open, await registerClient(open));
    const prepare = () => {
      throw new Error('D1 is away');
    };
    await expectNoApp(path, createIssuer({ DIRECTORY: { prepare } as unknown as D1Database }));
  });
});
