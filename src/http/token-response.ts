import type { Grant } from '../core/account/accounts.ts';
import { statusListUri } from '../core/status/status-list.ts';
import { signAccessToken } from '../core/tokens/access-token.ts';
import type { RequestContext } from './context.ts';
import { accessTokenLife } from './playground.ts';
import { setRefreshCookie } from './refresh-cookies.ts';

/** How the refresh token reaches the client. */
export type Transport = 'body' | 'cookie';

/** A pair of tokens. Instants are epoch seconds. */
export type Pair = {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  issuedAt: number;
};

/** Mints the pair for a grant and answers it. @see RFC 6749 section 5.1 */
export async function respondWithTokens(
  c: RequestContext,
  username: string,
  grant: Grant,
  transport: Transport,
  { thumbprint, status = 200 }: { thumbprint?: string | undefined; status?: 200 | 201 } = {},
): Promise<Response> {
  const { sid, generation, validUntil, scope } = grant;
  const { accessToken, refreshToken, expiresIn, issuedAt } = await mintPair(c, username, grant, {
    thumbprint,
  });
  if (transport === 'cookie') setRefreshCookie(c, { sid, generation }, refreshToken, validUntil - issuedAt);
  return c.json(
    {
      access_token: accessToken,
      token_type: tokenType(thumbprint),
      expires_in: expiresIn,
      ...(transport === 'body' && { refresh_token: refreshToken }),
      scope,
      session: sid,
      generation,
    },
    status,
  );
}

/** RFC 6750 section 4, RFC 9449 section 5. */
export function tokenType(thumbprint: string | undefined): 'Bearer' | 'DPoP' {
  return thumbprint === undefined ? 'Bearer' : 'DPoP';
}

/**
 * Mints the pair for a grant.
 *
 * @param access what the access token is for, if not for all of the grant, and the key that it is bound to
 * @see RFC 9068 section 2.2 for the access token's claims
 */
export async function mintPair(
  c: RequestContext,
  username: string,
  grant: Grant,
  access: { scope?: string; audience?: string | string[]; thumbprint?: string | undefined } = {},
): Promise<Pair> {
  const { keys, refreshTokens, clock } = c.get('services');
  // Not when the request came: a sign-in may have waited for the desk.
  const issuedAt = Math.floor(clock());
  // An access token never outlives its session.
  const expiresIn = Math.min(accessTokenLife(c), grant.expiresAt - issuedAt);
  const { generation, jti, validUntil, ...facts } = grant;
  const [accessToken, refreshToken] = await Promise.all([
    signAccessToken(
      {
        iss: c.get('issuer'),
        sub: username,
        aud: access.audience ?? c.get('audience'),
        exp: issuedAt + expiresIn,
        nbf: issuedAt,
        iat: issuedAt,
        jti: crypto.randomUUID(),
        client_id: grant.clientId,
        scope: access.scope ?? grant.scope,
        sid: grant.sid,
        auth_time: grant.authTime,
        amr: [...grant.amr],
        ...(access.thumbprint !== undefined && { cnf: { jkt: access.thumbprint } }),
        ...(grant.status && {
          status: {
            status_list: {
              idx: grant.status.index,
              uri: statusListUri(c.get('issuer'), grant.status.shard),
            },
          },
        }),
      },
      keys,
    ),
    refreshTokens.seal({ ...facts, username, generation, jti, validUntil, issuedAt }),
  ]);
  return { accessToken, refreshToken, expiresIn, issuedAt };
}
