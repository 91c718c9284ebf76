import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import worker, { type Env } from '../../src/index.ts';
import type { Jar } from './jar.ts';

/** The bindings and settings of `vitest.config.ts`. */
export const testEnv = env as unknown as Env;

const { default: deployed } = exports as unknown as {
  default: { fetch(request: Request): Promise<Response> };
};

/** The page that may use the issuer, by `vitest.config.ts`. */
export const APP_ORIGIN = 'https://app.example.com';
export const LOCAL_ORIGIN = 'http://localhost';
export const HTTPS_ORIGIN = 'https://id.example.com';
/** Strong by zxcvbn; no user has it unless a test says so. */
export const PASSWORD = 'correct-Horse 7 battery';
export const WRONG_PASSWORD = 'wrong-Donkey 8 staple';

/** A token response (RFC 6749 section 5.1). */
export type Tokens = {
  access_token: string;
  token_type: string;
  expires_in: number;
  refresh_token: string;
  scope: string;
  session: string;
  generation: number;
};

export type CallOptions = {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: BodyInit;
  bearer?: string;
  key?: string;
  origin?: string;
  jar?: Jar;
  headers?: Record<string, string>;
  cf?: Record<string, unknown>;
};

export type Client = {
  origin: string;
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** Registers a user with `PASSWORD`; one hash. */
  register(username: string, options?: CallOptions): Promise<Tokens>;
  /** Signs in with `PASSWORD`; one hash. */
  login(username: string, options?: CallOptions): Promise<Tokens>;
  refresh(refreshToken: string, options?: CallOptions): Promise<Response>;
};

/** The Worker as it is deployed in the tests, at http://localhost. */
export const local: Client = createClient(LOCAL_ORIGIN, (request) => deployed.fetch(request));

/** The same Worker with other settings or bindings. The Durable Objects keep their own. */
export function createIssuer(vars: Partial<Env>, origin = LOCAL_ORIGIN): Client {
  const itsEnv = { ...testEnv, ...vars };
  return createClient(origin, async (request) => {
    const ctx = createExecutionContext();
    const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], itsEnv, ctx);
    await waitOnExecutionContext(ctx);
    return response;
  });
}

/** The issuer as it is in production: served over https, its `ISSUER` set. */
export function createHttpsIssuer(vars: Partial<Env> = {}): Client {
  return createIssuer({ ISSUER: HTTPS_ORIGIN, ...vars }, HTTPS_ORIGIN);
}

function createClient(origin: string, send: (request: Request) => Promise<Response>): Client {
  const call = async (method: string, path: string, options: CallOptions = {}) => {
    const response = await send(createRequest(method, origin + path, options));
    options.jar?.absorb(response);
    return response;
  };
  const signIn = async (path: string, username: string, options: CallOptions = {}) => {
    const credentials = { username, password: PASSWORD };
    const json = { ...credentials, ...(options.json as object | undefined) };
    const response = await call('POST', path, { ...options, json });
    if (!response.ok) throw new Error(`${path} was refused: ${response.status} ${await response.text()}`);
    return response.json<Tokens>();
  };
  return {
    origin,
    call,
    register: (username, options) => signIn('/auth/register', username, options),
    login: (username, options) => signIn('/auth/login', username, options),
    refresh: (refreshToken, options = {}) =>
      call('POST', '/auth/refresh', { json: { refresh_token: refreshToken }, ...options }),
  };
}

export function createRequest(method: string, url: string, options: CallOptions): Request {
  const { json, body, bearer, key, origin, jar, cf } = options;
  const headers = new Headers({ 'cf-connecting-ip': '203.0.113.7' });
  if (json !== undefined) headers.set('Content-Type', 'application/json');
  if (bearer !== undefined) headers.set('Authorization', `Bearer ${bearer}`);
  if (key !== undefined) headers.set('Idempotency-Key', key);
  if (origin !== undefined) headers.set('Origin', origin);
  if (jar !== undefined && jar.header() !== '') headers.set('Cookie', jar.header());
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  const content = json === undefined ? body : JSON.stringify(json);
  return new Request(url, {
    method,
    headers,
    redirect: 'manual',
    ...(content !== undefined && { body: content }),
    ...(cf && { cf }),
  } as RequestInit);
}

/** Whether an access token is still taken. */
export async function isSignedIn(client: Client, accessToken: string): Promise<boolean> {
  return (await client.call('GET', '/auth/me', { bearer: accessToken })).status === 200;
}
