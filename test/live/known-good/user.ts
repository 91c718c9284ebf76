import type { Changes, Side } from './side.ts';

export type Tokens = { access_token: string; refresh_token: string; id_token: string };

/** Those of a user who signed in and allowed it. */
export async function tokensOf(side: Side, changes: Changes = {}): Promise<Tokens> {
  return read(await side.exchange(await side.code(changes)));
}

export async function renew(side: Side, { refresh_token }: Tokens): Promise<Tokens> {
  return read(await side.refresh(refresh_token));
}

/** What a good answer holds: two refusals that are alike would show nothing. */
export async function read(response: Response): Promise<Tokens> {
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<Tokens>;
}

export const userinfo = (side: Side, token: string) =>
  side.send('GET', '/oauth/userinfo', { Authorization: `Bearer ${token}` });
export const present = (
  side: Side,
  path: 'introspect' | 'revoke',
  token: string,
  hint = {},
  headers = side.basic('web'),
) => side.form(`/oauth/${path}`, { token, ...hint }, headers);
