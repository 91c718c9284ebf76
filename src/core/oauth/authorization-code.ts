import * as v from 'valibot';
import type { Place } from '../account/session.ts';
import type { SessionId } from '../account/session-id.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { looksSealed, seal, type UnsealRefusal, unseal } from '../tokens/sealed.ts';

/** RFC 6749 section 4.1.2 recommends ten minutes at most; a browser takes seconds. */
export const CODE_TTL_SECONDS = 60;

const PURPOSE = 'authorization code';
/** A nonce and a redirect URI may be long. */
const LONGEST_CODE = 12_288;

const claimsSchema = v.object({
  jti: v.string(),
  sub: v.string(),
  exp: v.number(),
  client_id: v.string(),
  redirect_uri: v.string(),
  uri_given: v.boolean(),
  challenge: v.string(),
  scope: v.string(),
  nonce: v.optional(v.string()),
  res: v.optional(v.array(v.string())),
  jkt: v.optional(v.string()),
  sid: v.string(),
  cv: v.number(),
  auth_time: v.number(),
  amr: v.array(v.string()),
  device: v.string(),
  country: v.string(),
});

/**
 * An authorization code, opened. It carries everything, so that a forged one touches no storage; that it is used once, the
 * guard of its user sees to.
 */
export type AuthorizationCode = {
  codeId: string;
  username: string;
  expiresAt: number;
  clientId: string;
  redirectUri: string;
  /** The request named it: then the token request must name it too (RFC 6749 section 4.1.3). */
  isRedirectUriGiven: boolean;
  codeChallenge: string;
  scope: string;
  nonce?: string;
  resources?: readonly string[];
  /** The key whose proof must come with it (RFC 9449 section 10). */
  thumbprint?: string;
  /** The sign-in to the issuer's pages under which it was allowed. */
  signInSid: SessionId;
  credentialsVersion: number;
  authTime: number;
  amr: readonly string[];
  place: Place;
};

export async function sealAuthorizationCode(code: AuthorizationCode, keys: KeyRing): Promise<string> {
  const [key] = await keys.lastingKeys(PURPOSE);
  const claims: v.InferOutput<typeof claimsSchema> = {
    jti: code.codeId,
    sub: code.username,
    exp: code.expiresAt,
    client_id: code.clientId,
    redirect_uri: code.redirectUri,
    uri_given: code.isRedirectUriGiven,
    challenge: code.codeChallenge,
    scope: code.scope,
    ...(code.nonce !== undefined && { nonce: code.nonce }),
    ...(code.resources && { res: [...code.resources] }),
    ...(code.thumbprint !== undefined && { jkt: code.thumbprint }),
    sid: code.signInSid,
    cv: code.credentialsVersion,
    auth_time: code.authTime,
    amr: [...code.amr],
    device: code.place.device,
    country: code.place.country,
  };
  return seal(claims, key, PURPOSE);
}

export type CodeOutcome = { ok: true; code: AuthorizationCode } | { ok: false; reason: UnsealRefusal };

export async function openAuthorizationCode(text: string, keys: KeyRing, now: number): Promise<CodeOutcome> {
  const unlikely = looksSealed(text, LONGEST_CODE);
  if (unlikely) return { ok: false, reason: unlikely };
  const opened = await unseal(text, await keys.lastingKeys(PURPOSE), now);
  if (!opened.ok) return opened;
  const claims = v.safeParse(claimsSchema, opened.claims);
  return claims.success ? { ok: true, code: toCode(claims.output) } : { ok: false, reason: 'malformed' };
}

function toCode(claims: v.InferOutput<typeof claimsSchema>): AuthorizationCode {
  return {
    codeId: claims.jti,
    username: claims.sub,
    expiresAt: claims.exp,
    clientId: claims.client_id,
    redirectUri: claims.redirect_uri,
    isRedirectUriGiven: claims.uri_given,
    codeChallenge: claims.challenge,
    scope: claims.scope,
    ...(claims.nonce !== undefined && { nonce: claims.nonce }),
    ...(claims.res && { resources: claims.res }),
    ...(claims.jkt !== undefined && { thumbprint: claims.jkt }),
    signInSid: claims.sid,
    credentialsVersion: claims.cv,
    authTime: claims.auth_time,
    amr: claims.amr,
    place: { device: claims.device, country: claims.country },
  };
}
