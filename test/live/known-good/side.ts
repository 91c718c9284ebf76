import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Visitor } from '../support/visitor.ts';

export const CALLBACK = 'https://client.example.com/callback';
export const GOODBYE = 'https://client.example.com/goodbye';
export const USER = { username: 'alice', password: 'six green herons in fog' };
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
/** Of {@link VERIFIER} (RFC 7636 appendix B). */
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

export type Registered = { client_id: string; client_secret: string } & Record<string, string>;
export type Changes = Record<string, string | undefined>;

/** One of the two providers, with the same clients at both. */
export class Side {
  readonly url: string;
  readonly visitor: Visitor;
  readonly #key: CryptoKey;
  readonly #clients: Readonly<Record<string, Registered>>;
  #sent = 0;

  static async create(url: string): Promise<Side> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }] };
    const uris = { redirect_uris: [CALLBACK] };
    const noUris = { redirect_uris: [], response_types: [] };
    const register = async (metadata: object) => {
      const response = await postJson(`${url}/oauth/register`, metadata);
      if (response.status !== 201) throw new Error(await response.text());
      return (await response.json()) as Registered;
    };
    return new Side(url, privateKey, {
      web: await register({
        ...uris,
        grant_types: ['authorization_code', 'refresh_token'],
        post_logout_redirect_uris: [GOODBYE],
      }),
      other: await register({ ...uris, grant_types: ['authorization_code', 'refresh_token'] }),
      spa: await register({ ...uris, token_endpoint_auth_method: 'none' }),
      keyed: await register({ ...uris, token_endpoint_auth_method: 'private_key_jwt', jwks }),
      machine: await register({ ...noUris, grant_types: ['client_credentials'] }),
      television: await register({
        ...noUris,
        grant_types: [DEVICE_GRANT, 'refresh_token'],
        token_endpoint_auth_method: 'none',
      }),
      strict: await register({ ...uris, require_pushed_authorization_requests: true }),
    });
  }

  private constructor(url: string, key: CryptoKey, clients: Readonly<Record<string, Registered>>) {
    this.url = url;
    this.visitor = new Visitor(url);
    this.#key = key;
    this.#clients = clients;
  }

  client(name: string): Registered {
    const client = this.#clients[name];
    if (!client) throw new Error(`no client ${name}`);
    return client;
  }

  send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
    this.#sent += 1;
    // Each from an address of its own: how many clients one may register in a minute is a matter of settings.
    const from = { 'CF-Connecting-IP': `198.51.100.${this.#sent % 256}` };
    return fetch(this.url + path, {
      method,
      headers: { ...from, ...headers },
      redirect: 'manual',
      ...(body !== undefined && { body }),
    });
  }

  form(path: string, form: string | Changes, headers: Record<string, string> = {}): Promise<Response> {
    const body = typeof form === 'string' ? form : String(new URLSearchParams(given(form)));
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.send('POST', path, { ...type, ...headers }, body);
  }

  json(method: string, path: string, json: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const body = typeof json === 'string' ? json : JSON.stringify(json);
    return this.send(method, path, { 'Content-Type': 'application/json', ...headers }, body);
  }

  basic(name: string, secret = this.client(name).client_secret): Record<string, string> {
    return { Authorization: `Basic ${btoa(`${this.client(name).client_id}:${encodeURIComponent(secret)}`)}` };
  }

  /** Parameters of a whole authorization request; `undefined` leaves one out. */
  request(name: string, changes: Changes = {}): Changes {
    return {
      response_type: 'code',
      client_id: this.client(name).client_id,
      redirect_uri: CALLBACK,
      scope: 'openid profile',
      state: 'a state',
      nonce: 'a nonce',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...changes,
    };
  }

  authorize(changes: Changes = {}, name = 'web'): Promise<Response> {
    const query = new URLSearchParams(given(this.request(name, changes)));
    return this.send('GET', `/oauth/authorize?${query}`);
  }

  /** A browser whose user signs in and allows what is asked goes to an address. @returns where it is led */
  async visit(path: string, query: Changes): Promise<Response> {
    const address = `${this.url}${path}?${new URLSearchParams(given(query))}`;
    const location = await this.visitor.allow(address, { ...USER, login: USER.username, logout: 'yes' });
    return new Response(null, { status: 303, headers: { location: String(location) } });
  }

  /** A code that the user allowed. */
  async code(changes: Changes = {}): Promise<string> {
    const asked = { scope: 'openid profile offline_access', prompt: 'consent', ...changes };
    const back = await this.visit('/oauth/authorize', this.request('web', asked));
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code');
    if (code === null) throw new Error(`no code: ${back.headers.get('location')}`);
    return code;
  }

  exchange(code: string, changes: Changes = {}, headers = this.basic('web')): Promise<Response> {
    const grant = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code_verifier: VERIFIER };
    return this.form('/oauth/token', { ...grant, code, ...changes }, headers);
  }

  refresh(refresh_token: string, changes: Changes = {}, headers = this.basic('web')): Promise<Response> {
    return this.form('/oauth/token', { grant_type: 'refresh_token', refresh_token, ...changes }, headers);
  }

  push(changes: Changes = {}, headers = this.basic('web')): Promise<Response> {
    return this.form('/oauth/par', this.request('web', changes), headers);
  }

  /** Presents an assertion of the client `keyed`, with a refresh token that is none. */
  async assert(changes: Record<string, unknown> = {}, form: Changes = {}): Promise<Response> {
    const { client_id: id } = this.client('keyed');
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: id, sub: id, aud: this.url, jti: crypto.randomUUID(), iat: now, exp: now + 60 };
    const client_assertion = await new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(this.#key);
    const proof = { client_assertion, client_assertion_type: ASSERTION_TYPE };
    return this.form('/oauth/token', { grant_type: 'authorization_code', code: 'x', ...proof, ...form });
  }
}

function postJson(url: string, json: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(json) });
}

function given(changes: Changes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
