import { base64url, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { KeyRing } from '../keys/key-ring.ts';
import { SIGNING_ALGS, type SigningAlg } from '../settings/settings.ts';
import { isCompact } from '../tokens/compact.ts';
import { LONGEST_TOKEN } from '../tokens/sealed.ts';
import { sign } from '../tokens/signed.ts';
import type { Client } from './client.ts';

/** What an ID token says. Instants are epoch seconds. */
export type IdTokenClaims = {
  issuer: string;
  subject: string;
  clientId: string;
  sid: string;
  authTime: number;
  amr: readonly string[];
  nonce?: string;
  issuedAt: number;
  expiresAt: number;
};

export function idTokenAlgOf(client: Pick<Client, 'idTokenAlg'>, keys: KeyRing): SigningAlg {
  const wanted = client.idTokenAlg;
  // RS256 may have been registered before the secret was taken away.
  return wanted !== undefined && keys.idTokenAlgs.includes(wanted) ? wanted : keys.idTokenAlgs[0];
}

/**
 * Makes an ID token. There is one audience, so there is no `azp`.
 *
 * @param accessToken the one it is issued with: `at_hash` binds the two
 * @see OpenID Connect Core 1.0 sections 2 and 3.1.3.6
 */
export async function signIdToken(
  claims: IdTokenClaims,
  alg: SigningAlg,
  accessToken: string,
  keys: KeyRing,
): Promise<string> {
  const payload = {
    iss: claims.issuer,
    sub: claims.subject,
    aud: claims.clientId,
    exp: claims.expiresAt,
    iat: claims.issuedAt,
    auth_time: claims.authTime,
    ...(claims.nonce !== undefined && { nonce: claims.nonce }),
    amr: [...claims.amr],
    sid: claims.sid,
    at_hash: await halfHash(accessToken, alg),
  };
  return sign(payload, await keys.signingKey(claims.issuedAt, alg), 'JWT');
}

/** The left half of the hash that goes with the signature's algorithm: SHA-512 for Ed25519, else SHA-256. */
async function halfHash(text: string, alg: SigningAlg): Promise<string> {
  const hash = alg === 'EdDSA' ? 'SHA-512' : 'SHA-256';
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(text)));
  return base64url.encode(digest.slice(0, digest.length / 2));
}

/**
 * Makes a logout token.
 *
 * @see OpenID Connect Back-Channel Logout 1.0 section 2.4
 */
export async function signLogoutToken(
  claims: { issuer: string; subject: string; clientId: string; sid: string; jti: string; issuedAt: number },
  alg: SigningAlg,
  keys: KeyRing,
): Promise<string> {
  const payload = {
    iss: claims.issuer,
    sub: claims.subject,
    aud: claims.clientId,
    iat: claims.issuedAt,
    exp: claims.issuedAt + LOGOUT_TOKEN_TTL_SECONDS,
    jti: claims.jti,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sid: claims.sid,
  };
  return sign(payload, await keys.signingKey(claims.issuedAt, alg), 'logout+jwt');
}

const LOGOUT_TOKEN_TTL_SECONDS = 120;

/**
 * Signs what introspection says of a token, for the client that asked.
 *
 * @see RFC 9701 section 5
 */
export async function signIntrospection(
  { issuer, clientId, issuedAt }: Pick<IdTokenClaims, 'issuer' | 'clientId' | 'issuedAt'>,
  introspection: object,
  alg: SigningAlg,
  keys: KeyRing,
): Promise<string> {
  const payload = { iss: issuer, aud: clientId, iat: issuedAt, token_introspection: introspection };
  return sign(payload, await keys.signingKey(issuedAt, alg), 'token-introspection+jwt');
}

/** `issuedAt`: epoch seconds. */
export type IdTokenHint = { subject: string; clientId: string; sid: string; issuedAt: number };

/**
 * Reads an `id_token_hint`: an ID token of ours, however old.
 *
 * @returns whose it is; `undefined` if it is none of ours
 * @see OpenID Connect RP-Initiated Logout 1.0 section 2, OpenID Connect Core 1.0 section 3.1.2.1
 */
export async function readIdTokenHint(
  token: string,
  issuer: string,
  keys: KeyRing,
): Promise<IdTokenHint | undefined> {
  if (token.length > LONGEST_TOKEN || !isCompact(token, 3)) return undefined;
  try {
    const { iat } = decodeJwt(token);
    const header = decodeProtectedHeader(token);
    const alg = SIGNING_ALGS.find((each) => each === header.alg);
    if (alg === undefined || typeof iat !== 'number' || header.typ !== 'JWT') return undefined;
    const key = (await keys.verificationKeys(alg, iat)).find((each) => each.kid === header.kid);
    if (!key) return undefined;
    // It is a hint about the past: checked as of the moment of its issue.
    const options = { issuer, algorithms: [alg], currentDate: new Date(iat * 1_000) };
    const { sub, aud, sid } = (await jwtVerify(token, key.publicKey, options)).payload;
    const isWhole = typeof sub === 'string' && typeof aud === 'string' && typeof sid === 'string';
    return isWhole ? { subject: sub, clientId: aud, sid, issuedAt: iat } : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}
