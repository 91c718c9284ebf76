import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import * as v from 'valibot';
import type { KeyRing } from '../keys/key-ring.ts';
import { SIGNING_ALGS, type SigningAlg } from '../settings/settings.ts';
import { isCompact } from './compact.ts';
import { LONGEST_TOKEN } from './sealed.ts';
import { sign } from './signed.ts';

const claimsSchema = v.object({
  iss: v.string(),
  sub: v.string(),
  aud: v.union([v.string(), v.array(v.string())]),
  exp: v.number(),
  nbf: v.number(),
  iat: v.number(),
  jti: v.string(),
  client_id: v.string(),
  scope: v.string(),
  sid: v.optional(v.string()),
  auth_time: v.optional(v.number()),
  amr: v.optional(v.array(v.string())),
  cnf: v.optional(v.object({ jkt: v.string() })),
  status: v.optional(v.object({ status_list: v.object({ idx: v.number(), uri: v.string() }) })),
});

/**
 * The claims of an access token (RFC 9068 section 2.2; `sid` as in OpenID Connect, `status` of the Token Status List, `cnf` of RFC 9449 section 6.1). Instants are epoch seconds. A client's
 * own token has no session: no `sid`, `auth_time`, `amr`.
 */
export type AccessTokenClaims = v.InferOutput<typeof claimsSchema>;

/** Those of a user's token. */
export type UserClaims = AccessTokenClaims & { sid: string; auth_time: number; amr: string[] };

/** Narrows to a user's token. */
export function isUserClaims(claims: AccessTokenClaims): claims is UserClaims {
  return claims.sid !== undefined && claims.auth_time !== undefined && claims.amr !== undefined;
}

/** Why an access token was refused. For the log; a client learns no more than RFC 6750 says. */
export type AccessTokenRefusal =
  | 'too_long'
  | 'malformed'
  | 'wrong_algorithm'
  | 'wrong_type'
  | 'unknown_key'
  | 'bad_signature'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'not_yet_valid'
  | 'expired';

export type AccessTokenOutcome =
  | { ok: true; claims: AccessTokenClaims }
  | { ok: false; reason: AccessTokenRefusal };

export type AccessTokenExpectation = {
  issuer: string;
  /** Undefined: for whomever it is, which only introspection asks. */
  audience: string | undefined;
  /** How old a token may be, seconds: older ones can't belong to a living session. */
  oldestSeconds: number;
  /** At refresh an expired access token still says who its user is. */
  expired?: 'accepted';
};

/** Isolates' clocks are not quite the same. */
const CLOCK_TOLERANCE_SECONDS = 5;
const TYPE = 'at+jwt';

/** @see RFC 9068 section 2 */
export async function signAccessToken(claims: AccessTokenClaims, keys: KeyRing): Promise<string> {
  return sign(claims, await keys.signingKey(claims.iat), TYPE);
}

/**
 * Checks an access token of this issuer.
 *
 * @param now epoch seconds
 * @see RFC 9068 section 4, RFC 8725 section 3
 */
export async function verifyAccessToken(
  token: string,
  keys: KeyRing,
  expectation: AccessTokenExpectation,
  now: number,
): Promise<AccessTokenOutcome> {
  if (token.length > LONGEST_TOKEN) return refused('too_long');
  if (!isCompact(token, 3)) return refused('malformed');
  const claimed = readUnverified(token);
  if (!claimed) return refused('malformed');
  const { header, issuedAt } = claimed;
  const alg = SIGNING_ALGS.find((each) => each === header.alg);
  if (!alg) return refused('wrong_algorithm');
  if (typeof header.typ !== 'string' || header.typ.toLowerCase() !== TYPE) return refused('wrong_type');
  if (issuedAt > now + CLOCK_TOLERANCE_SECONDS) return refused('not_yet_valid');
  if (issuedAt < now - expectation.oldestSeconds) return refused('expired');
  const key = (await keys.verificationKeys(alg, issuedAt)).find((each) => each.kid === header.kid);
  if (!key) return refused('unknown_key');
  return verifySigned(token, key.publicKey, alg, expectation, Math.max(now, issuedAt));
}

async function verifySigned(
  token: string,
  publicKey: CryptoKey,
  alg: SigningAlg,
  expectation: AccessTokenExpectation,
  now: number,
): Promise<AccessTokenOutcome> {
  try {
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: [alg],
      typ: TYPE,
      issuer: expectation.issuer,
      ...(expectation.audience !== undefined && { audience: expectation.audience }),
      currentDate: new Date(now * 1_000),
    });
    return accepted(payload);
  } catch (error) {
    // jose looks at `exp` last, so a token that is only expired has passed everything else.
    if (error instanceof errors.JWTExpired && expectation.expired === 'accepted')
      return accepted(error.payload);
    return refused(refusalOf(error));
  }
}

function accepted(payload: unknown): AccessTokenOutcome {
  const claims = v.safeParse(claimsSchema, payload);
  return claims.success ? { ok: true, claims: claims.output } : refused('malformed');
}

function refused(reason: AccessTokenRefusal): AccessTokenOutcome {
  return { ok: false, reason };
}

function refusalOf(error: unknown): AccessTokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const byClaim: Record<string, AccessTokenRefusal> = {
      iss: 'wrong_issuer',
      aud: 'wrong_audience',
      typ: 'wrong_type',
      nbf: 'not_yet_valid',
    };
    return byClaim[error.claim] ?? 'malformed';
  }
  if (error instanceof errors.JOSEError) return 'malformed';
  throw error;
}

function readUnverified(token: string) {
  try {
    const { iat } = decodeJwt(token);
    return typeof iat === 'number' ? { header: decodeProtectedHeader(token), issuedAt: iat } : undefined;
  } catch {
    return undefined;
  }
}
