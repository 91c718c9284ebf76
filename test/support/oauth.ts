import type { Env } from '../../src/index.ts';
import { type Client, createIssuer, PASSWORD, type Tokens } from './client.ts';
import { createJar } from './jar.ts';

/** A client's registration (RFC 7591 section 3.2.1). */
export type Registered = {
  client_id: string;
  client_secret: string;
  registration_access_token: string;
  registration_client_uri: string;
} & Record<string, unknown>;

/** Tokens of an OAuth client; the ID token comes with the scope `openid`. */
export type ClientTokens = Tokens & { id_token: string };

export const CALLBACK = 'https://client.example.com/callback';

/** An issuer at which anybody may register a client. */
export function createOpenIssuer(vars: Partial<Env> = {}): Client {
  return createIssuer({ CLIENT_REGISTRATION: 'open', ...vars });
}

export async function registerClient(
  issuer: Client,
  metadata: Record<string, unknown> = {},
): Promise<Registered> {
  const json = {
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    ...metadata,
  };
  const response = await issuer.call('POST', '/oauth/register', { json });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return response.json<Registered>();
}

/** Posts a form, as OAuth's endpoints take it. */
export function postForm(
  issuer: Client,
  path: string,
  parameters: Record<string, string> | [string, string][],
  headers: Record<string, string> = {},
): Promise<Response> {
  return issuer.call('POST', path, {
    body: new URLSearchParams(parameters).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  });
}

/** RFC 6749 section 2.3.1. */
export function basicOf({ client_id, client_secret }: Registered): Record<string, string> {
  const both = [client_id, client_secret].map(encodeURIComponent).join(':');
  return { Authorization: `Basic ${btoa(both)}` };
}

/** The issuer with an admin, who registered before the operator named them. */
export async function createAdmin(
  username: string,
  vars: Partial<Env> = {},
): Promise<{ issuer: Client; admin: Tokens }> {
  await createIssuer({}).register(username);
  const issuer = createIssuer({ ADMINS: username, ...vars });
  return { issuer, admin: await issuer.login(username) };
}

/** 43 characters, as RFC 7636 section 4.1 has it, and its SHA-256 (appendix B). */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** Parameters of a whole authorization request; `undefined` leaves one out. */
export function authorizationOf(
  client: Pick<Registered, 'client_id'>,
  changes: Record<string, string | undefined> = {},
): Record<string, string> {
  const parameters = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    scope: 'openid profile offline_access',
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** A browser at the issuer's pages: it keeps cookies and follows nothing by itself. */
export class PageBrowser {
  readonly jar = createJar();
  readonly #issuer: Client;

  constructor(issuer: Client) {
    this.#issuer = issuer;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#issuer.call('GET', path, { jar: this.jar, headers });
  }

  submit(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.#issuer.call('POST', path, {
      jar: this.jar,
      body: new URLSearchParams(fields).toString(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Origin: this.#issuer.origin,
        'Sec-Fetch-Site': 'same-origin',
        ...headers,
      },
    });
  }

  /** The browser of a new user, who is signed in to the pages. */
  static async ofNewUser(issuer: Client, username: string): Promise<PageBrowser> {
    await issuer.register(username);
    const browser = new PageBrowser(issuer);
    await browser.signIn(username);
    return browser;
  }

  /** Signs a registered user in to the pages. @returns where they lead on to */
  async signIn(username: string, path = '/signin'): Promise<string> {
    const response = await this.submit(path, { username, password: PASSWORD });
    if (response.status !== 303) throw new Error(`${response.status} ${await response.text()}`);
    return response.headers.get('location') ?? '';
  }

  authorize(parameters: Record<string, string>): Promise<Response> {
    return this.get(`/oauth/authorize?${new URLSearchParams(parameters)}`);
  }

  /** Answers the consent page. */
  async answer(page: Response, decision: 'allow' | 'deny'): Promise<Response> {
    return this.submit('/oauth/consent', { ...hiddenFields(await page.text()), decision });
  }

  /** Asks for a code and allows it, if it must be. */
  async codeFor(parameters: Record<string, string>): Promise<string> {
    const first = await this.authorize(parameters);
    const last = first.status === 200 ? await this.answer(first, 'allow') : first;
    const code = answerOf(last).get('code');
    if (code === null) throw new Error(`no code: ${last.headers.get('location')}`);
    return code;
  }

  /** Asks for tokens, with consent if it must be. */
  async tokensFor(
    client: Registered,
    changes: Record<string, string | undefined> = {},
  ): Promise<ClientTokens> {
    const code = await this.codeFor(authorizationOf(client, changes));
    return (await exchange(this.#issuer, client, code)).json<ClientTokens>();
  }
}

/** The hidden fields of a page's form. */
export function hiddenFields(html: string): Record<string, string> {
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return Object.fromEntries(
    fields.map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    ]),
  );
}

/** What a redirect to the client says. */
export function answerOf(response: Response): URLSearchParams {
  const location = response.headers.get('location');
  if (response.status !== 303 || location === null) throw new Error(`no redirect but ${response.status}`);
  return new URL(location).searchParams;
}

export function exchange(
  issuer: Client,
  client: Registered,
  code: string,
  changes: Record<string, string> = {},
): Promise<Response> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
  return postForm(issuer, '/oauth/token', { ...form, ...changes }, basicOf(client));
}
