import { APP_ORIGIN, type CallOptions, type Client, type Tokens } from './client.ts';
import { createJar, type Jar } from './jar.ts';

/** A page with a jar, signed in with the cookie transport. */
export type Page = { jar: Jar; tokens: Omit<Tokens, 'refresh_token'> };

const COOKIE_TRANSPORT = { transport: 'cookie' };

export async function registerPage(client: Client, username: string, jar: Jar = createJar()): Promise<Page> {
  const tokens = await client.register(username, { json: COOKIE_TRANSPORT, origin: APP_ORIGIN, jar });
  return { jar, tokens };
}

export async function loginPage(
  client: Client,
  username: string,
  jar: Jar = createJar(),
  origin: string = APP_ORIGIN,
): Promise<Page> {
  const tokens = await client.login(username, { json: COOKIE_TRANSPORT, origin, jar });
  return { jar, tokens };
}

/** A cookie refresh, from `APP_ORIGIN` unless told. */
export function refreshPage(
  client: Client,
  jar: Jar | undefined,
  options: CallOptions = {},
): Promise<Response> {
  return client.call('POST', '/auth/refresh', { ...(jar && { jar }), origin: APP_ORIGIN, ...options });
}

/** What a request names: the pair of the tokens it goes on from. */
export function pairOf({ session, generation }: Pick<Tokens, 'session' | 'generation'>) {
  return { session, generation };
}

export function nameOf({ session, generation }: Pick<Tokens, 'session' | 'generation'>, prefix = ''): string {
  return `${prefix}refresh-${session}-${generation}`;
}
