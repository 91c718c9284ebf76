import { decodeProtectedHeader } from 'jose';
import * as v from 'valibot';
import type { SessionFacts } from '../account/session.ts';
import { parseSessionNumber } from '../account/session-id.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { looksSealed, SEALING, seal, type UnsealRefusal, unseal } from './sealed.ts';

const claimsSchema = v.object({
  sub: v.string(),
  sid: v.pipe(
    v.string(),
    v.check((sid) => parseSessionNumber(sid) !== undefined),
  ),
  gen: v.pipe(v.number(), v.integer(), v.minValue(0)),
  jti: v.string(),
  iat: v.number(),
  exp: v.number(),
  end: v.number(),
  client_id: v.string(),
  scope: v.string(),
  auth_time: v.number(),
  amr: v.array(v.string()),
  origin: v.optional(v.string()),
  parent: v.optional(v.string()),
  res: v.optional(v.array(v.string())),
  logout_iss: v.optional(v.string()),
  jkt: v.optional(v.string()),
  crd: v.optional(v.string()),
  status: v.optional(v.tuple([v.number(), v.number()])),
});

/** A refresh token, opened: `(sid, generation)` is the token, `jti` one minting of it. Instants are epoch seconds. */
export type RefreshToken = SessionFacts & {
  username: string;
  generation: number;
  jti: string;
  issuedAt: number;
  /** Its own end: idle or absolute, whichever comes first. The session's absolute one is `expiresAt`. */
  validUntil: number;
};

/** Why a refresh token was refused before any storage was touched. For the log. */
export type RefreshTokenRefusal = UnsealRefusal;

export type RefreshTokenOutcome =
  | { ok: true; token: RefreshToken }
  | { ok: false; reason: RefreshTokenRefusal };

type Claims = v.InferOutput<typeof claimsSchema>;

/**
 * Makes a refresh token: opaque to everybody but the issuer. Beside the username it carries the session's facts, so that
 * a guard that lost its storage can go on from the token alone. The header names the epoch whose key sealed it.
 */
export async function sealRefreshToken(token: RefreshToken, keys: KeyRing): Promise<string> {
  const { epoch, key } = await keys.sealingKey(token.issuedAt);
  return seal(toClaims(token), key, String(epoch));
}

/** Opens a refresh token that was presented. `now`: epoch seconds. */
export async function openRefreshToken(
  text: string,
  keys: KeyRing,
  now: number,
): Promise<RefreshTokenOutcome> {
  const unlikely = looksSealed(text);
  if (unlikely) return { ok: false, reason: unlikely };
  const epoch = readEpoch(text);
  if (epoch === undefined) return { ok: false, reason: 'malformed' };
  const opening = await keys.openingKeys(epoch, now);
  // Nobody needs its key to know that a token from an epoch so old is over.
  if (opening.length === 0) return { ok: false, reason: epoch < now ? 'expired' : 'forged' };
  const opened = await unseal(text, opening, now);
  if (!opened.ok) return opened;
  const claims = v.safeParse(claimsSchema, opened.claims);
  return claims.success
    ? { ok: true, token: toRefreshToken(claims.output) }
    : { ok: false, reason: 'malformed' };
}

/** A token as it is when it was sealed and opened again. */
export function asOpened(token: RefreshToken): RefreshToken {
  return toRefreshToken(toClaims(token));
}

function toClaims(token: RefreshToken): Claims {
  return {
    sub: token.username,
    sid: token.sid,
    gen: token.generation,
    jti: token.jti,
    iat: token.issuedAt,
    exp: token.validUntil,
    end: token.expiresAt,
    client_id: token.clientId,
    scope: token.scope,
    auth_time: token.authTime,
    amr: [...token.amr],
    ...(token.origin !== undefined && { origin: token.origin }),
    ...(token.parent !== undefined && { parent: token.parent }),
    ...(token.resources && { res: [...token.resources] }),
    ...(token.logoutIssuer !== undefined && { logout_iss: token.logoutIssuer }),
    ...(token.thumbprint !== undefined && { jkt: token.thumbprint }),
    ...(token.credential !== undefined && { crd: token.credential }),
    ...(token.status && { status: [token.status.shard, token.status.index] }),
  };
}

function toRefreshToken(claims: Claims): RefreshToken {
  return {
    username: claims.sub,
    sid: claims.sid,
    generation: claims.gen,
    jti: claims.jti,
    issuedAt: claims.iat,
    validUntil: claims.exp,
    expiresAt: claims.end,
    clientId: claims.client_id,
    scope: claims.scope,
    authTime: claims.auth_time,
    amr: claims.amr,
    ...(claims.origin !== undefined && { origin: claims.origin }),
    ...(claims.parent !== undefined && { parent: claims.parent }),
    ...(claims.res && { resources: claims.res }),
    ...(claims.logout_iss !== undefined && { logoutIssuer: claims.logout_iss }),
    ...(claims.jkt !== undefined && { thumbprint: claims.jkt }),
    ...(claims.crd !== undefined && { credential: claims.crd }),
    ...(claims.status && { status: { shard: claims.status[0], index: claims.status[1] } }),
  };
}

/** The header names its key by the start of an epoch; anything else was not made here. */
function readEpoch(text: string): number | undefined {
  try {
    const { alg, enc, kid } = decodeProtectedHeader(text);
    if (alg !== SEALING.alg || enc !== SEALING.enc || typeof kid !== 'string') return undefined;
    return /^(0|[1-9]\d{0,11})$/.test(kid) ? Number(kid) : undefined;
  } catch {
    return undefined;
  }
}
