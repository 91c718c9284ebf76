import { createMutualClient, type MutualOptions } from '../../src/sdk/mutual.ts';
import { createIssuer, local, PASSWORD } from './client.ts';
import { readFields } from './digest-client.ts';
import { addCredential } from './enrolment.ts';

/** An issuer that takes Mutual only; its users register at `local`. */
export const issuer = createIssuer({ AUTH_SCHEMES: 'mutual' });
export const PATH = '/auth/login';

type Seen = { authorization: string; status: number; challenge: string; info: string };

/** The SDK's client over the Worker, with what went over the wire. */
export function createClient(username: string, more: Partial<MutualOptions> & { at?: typeof issuer } = {}) {
  const { at = issuer, ...options } = more;
  const seen: Seen[] = [];
  const client = createMutualClient({
    url: at.origin + PATH,
    username,
    password: PASSWORD,
    async fetch(_url, init) {
      const headers = headersOf(init);
      const body = init?.body as string | undefined;
      const response = await at.call('POST', PATH, { headers, ...(body !== undefined && { body }) });
      seen.push({
        authorization: headers.authorization ?? '',
        status: response.status,
        challenge: response.headers.get('www-authenticate') ?? '',
        info: response.headers.get('authentication-info') ?? '',
      });
      return response;
    },
    ...options,
  });
  return { client, seen };
}

/** What the SDK's client sends, by name in small letters. */
export function headersOf(init: RequestInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(init?.headers as Record<string, string>));
}

/** Registers a user with `PASSWORD`, and Mutual for it. @returns an access token */
export async function enrol(username: string): Promise<string> {
  const { access_token: bearer } = await local.register(username);
  await addCredential(bearer, { type: 'mutual', password: PASSWORD });
  return bearer;
}

export const send = (Authorization: string) => issuer.call('POST', PATH, { headers: { Authorization } });
/** Why a challenge was sent (RFC 8120 section 4.1). */
export const reasonOf = (response: Response) =>
  readFields(response.headers.get('www-authenticate') ?? '').reason;
