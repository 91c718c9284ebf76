/** The claims of a verified access token. Instants are epoch seconds. */
export type Claims = Readonly<
  {
    iss: string;
    sub: string;
    aud: string | readonly string[];
    exp: number;
    iat: number;
    jti: string;
    client_id: string;
    nbf?: number;
    scope?: string;
    /** The session (as in OpenID Connect). */
    sid?: string;
    auth_time?: number;
    amr?: readonly string[];
    /** The key that the token is bound to (RFC 9449 section 6.1). */
    cnf?: { readonly jkt?: string };
  } & Record<string, unknown>
>;

export type ClaimsRefusal = 'malformed' | 'wrong_issuer' | 'wrong_audience';
export type ClaimsOutcome = { ok: true; claims: Claims } | { ok: false; reason: ClaimsRefusal };

export type ClaimsExpectation = { issuer: string; audience: string };

/**
 * Checks what holds for a token's whole life; its times are looked at on each call.
 *
 * @see RFC 9068 sections 2.2 and 4
 */
export function parseClaims(payload: unknown, { issuer, audience }: ClaimsExpectation): ClaimsOutcome {
  if (!isComplete(payload)) return { ok: false, reason: 'malformed' };
  if (payload.iss !== issuer) return { ok: false, reason: 'wrong_issuer' };
  const isMeant = typeof payload.aud === 'string' ? payload.aud === audience : payload.aud.includes(audience);
  return isMeant ? { ok: true, claims: payload } : { ok: false, reason: 'wrong_audience' };
}

/** Isolates' clocks are not quite the same. It never makes a token live longer. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** @returns what is wrong with a token at `now` */
export function checkTimes(claims: Claims, now: number): 'not_yet_valid' | 'expired' | undefined {
  // Put so that a clock that tells no time (`NaN`) lets nobody in.
  if (!(now < claims.exp)) return 'expired';
  const begin = Math.max(claims.iat, claims.nbf ?? claims.iat);
  return begin > now + CLOCK_TOLERANCE_SECONDS ? 'not_yet_valid' : undefined;
}

/** @returns whether a token has every scope of a space-separated list (RFC 6749 section 3.3) */
export function hasScope({ scope }: Claims, needed: string | undefined): boolean {
  if (needed === undefined) return true;
  const granted = (scope ?? '').split(' ');
  return needed.split(' ').every((each) => granted.includes(each));
}

function isComplete(payload: unknown): payload is Claims {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return false;
  const { iss, sub, aud, exp, iat, jti, client_id, nbf, scope, cnf } = payload as Record<string, unknown>;
  return (
    typeof iss === 'string' &&
    typeof sub === 'string' &&
    typeof jti === 'string' &&
    typeof client_id === 'string' &&
    Number.isFinite(exp) &&
    Number.isFinite(iat) &&
    (typeof aud === 'string' || (Array.isArray(aud) && aud.every((each) => typeof each === 'string'))) &&
    (nbf === undefined || Number.isFinite(nbf)) &&
    (scope === undefined || typeof scope === 'string') &&
    (cnf === undefined || isConfirmation(cnf))
  );
}

/** A confirmation that isn't understood must not be passed over: it binds the token to something (RFC 7800 section 3.1). */
function isConfirmation(cnf: unknown): boolean {
  return typeof cnf === 'object' && cnf !== null && typeof (cnf as { jkt?: unknown }).jkt === 'string';
}

/** So that no caller can change what the next one gets. */
export function deepFreeze<T extends object>(value: T): T {
  for (const name in value) {
    const inner = value[name];
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
