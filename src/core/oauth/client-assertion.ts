import { decodeProtectedHeader, errors, importJWK, type JWK, jwtVerify } from 'jose';
import { isCompact } from '../tokens/compact.ts';
import { LONGEST_TOKEN } from '../tokens/sealed.ts';
import { ASSERTION_ALGS } from './client.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Its `jti` is kept until it expires, so it must do that soon, seconds; common libraries let it live for an hour. */
const LONGEST_LIFE_SECONDS = 3_600;
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * Checks a client's assertion. That its `jti` is used once is for the caller to see to.
 *
 * @param readKeys the client's keys; with the `kid` that is wanted, if one is named
 * @param audiences what it may be meant for: the issuer, or the address it was sent to
 * @param now epoch seconds
 * @returns `undefined` if it doesn't hold
 * @see RFC 7523 section 3, OpenID Connect Core 1.0 section 9 (`private_key_jwt`)
 */
export async function verifyClientAssertion(
  assertion: string,
  clientId: string,
  readKeys: (kid: string | undefined) => Promise<readonly JWK[]>,
  audiences: string[],
  now: number,
): Promise<{ jti: string; expiresAt: number } | undefined> {
  if (assertion.length > LONGEST_TOKEN || !isCompact(assertion, 3)) return undefined;
  try {
    const key = await findKey(assertion, readKeys);
    if (!key) return undefined;
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: [...ASSERTION_ALGS],
      issuer: clientId,
      subject: clientId,
      audience: audiences,
      requiredClaims: ['exp', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now * 1_000),
    });
    const { jti, exp = 0 } = payload;
    if (
      typeof jti !== 'string' ||
      jti.length > 255 ||
      exp > now + LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS
    )
      return undefined;
    return { jti, expiresAt: exp + CLOCK_TOLERANCE_SECONDS };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return undefined;
    throw error;
  }
}

/** The key that the header names; where a client has one key for the algorithm, it need not name it. */
async function findKey(
  assertion: string,
  readKeys: (kid: string | undefined) => Promise<readonly JWK[]>,
): Promise<CryptoKey | undefined> {
  const { kid, alg = '' } = decodeProtectedHeader(assertion);
  if (!ASSERTION_ALGS.some((each) => each === alg)) return undefined;
  const fitting = (await readKeys(kid)).filter((jwk) => fits(jwk, alg));
  const jwk =
    kid === undefined && fitting.length === 1 ? fitting[0] : fitting.find((each) => each.kid === kid);
  const key = jwk && (await importJWK(jwk, alg));
  return key instanceof CryptoKey ? key : undefined;
}

/** RFC 7517 section 4, RFC 7518 section 6.1, RFC 8037 section 2. */
function fits(jwk: JWK, alg: string): boolean {
  const kty = alg.startsWith('ES') ? 'EC' : alg === 'EdDSA' ? 'OKP' : 'RSA';
  return jwk.kty === kty && (jwk.alg ?? alg) === alg && (jwk.use ?? 'sig') === 'sig';
}
