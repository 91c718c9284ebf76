import type { Env } from '../../src/index.ts';
import { type Client, createIssuer, type Tokens } from './client.ts';

/** A client's registration (RFC 7591 section 3.2.1). */
export type Registered = {
  client_id: string;
  client_secret: string;
  registration_access_token: string;
  registration_client_uri: string;
} & Record<string, unknown>;

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
