import {
  decodeProtectedHeader,
  errors,
  importJWK,
  type JWK,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { isCompact } from '../tokens/compact.ts';
import { LONGEST_TOKEN } from '../tokens/sealed.ts';
import { ASSERTION_ALGS, type Client } from './client.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Its `jti` is kept until it expires, so it must do that soon, seconds; common libraries let it live for an hour. */
const LONGEST_LIFE_SECONDS = 3_600;
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * Checks a client's assertion. That its `jti` is used once is for the caller to see to.
 *
 * @param client whose it must be, by an algorithm that it may use
 * @param readKeys the client's keys; with the `kid` that is wanted, if one is named
 * @param issuer what it must be meant for, and nothing else. Not an endpoint's address: another issuer that calls ours its own
 * gets such assertions sent, and shows them here
 * @param now epoch seconds
 * @returns `undefined` if it doesn't hold
 * @see RFC 7523 section 3, OpenID Connect Core 1.0 section 9 (`private_key_jwt`), draft-ietf-oauth-rfc7523bis for its audience
 */
export async function verifyClientAssertion(
  assertion: string,
  { clientId, assertionAlg }: Pick<Client, 'clientId' | 'assertionAlg'>,
  readKeys: (kid: string | undefined) => Promise<readonly JWK[]>,
  issuer: string,
  now: number,
): Promise<{ jti: string; expiresAt: number } | undefined> {
  if (assertion.length > LONGEST_TOKEN || !isCompact(assertion, 3)) return undefined;
  try {
    const { kid, alg = '' } = decodeProtectedHeader(assertion);
    const algs: readonly string[] = assertionAlg === undefined ? ASSERTION_ALGS : [assertionAlg];
    if (!algs.includes(alg)) return undefined;
    const keys = (await readKeys(kid)).filter((jwk) => fits(jwk, alg, kid));
    const payload = await verifyByOne(keys, assertion, alg, {
      issuer: clientId,
      subject: clientId,
      audience: issuer,
      requiredClaims: ['exp', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now * 1_000),
    });
    if (!payload) return undefined;
    const { jti, aud, exp = 0 } = payload;
    if (
      typeof jti !== 'string' ||
      jti.length > 255 ||
      [aud].flat().length > 1 ||
      exp > now + LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS
    )
      return undefined;
    return { jti, expiresAt: exp + CLOCK_TOLERANCE_SECONDS };
  } catch (error) {
    return refuseProof(error);
  }
}

/** Without a `kid` nothing says which of its keys a client signed with, so each that fits is tried. */
async function verifyByOne(
  keys: readonly JWK[],
  assertion: string,
  alg: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  for (const jwk of keys) {
    const payload = await verifyBy(jwk, assertion, alg, options).catch(refuseProof);
    if (payload) return payload;
  }
  return undefined;
}

async function verifyBy(
  jwk: JWK,
  assertion: string,
  alg: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(assertion, await importJWK(jwk, alg), {
    ...options,
    algorithms: [alg],
  });
  return payload;
}

/** What is wrong with an assertion or a key is a refusal; anything else is a fault. */
function refuseProof(error: unknown): undefined {
  if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
    return undefined;
  throw error;
}

/** RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2. */
function fits(jwk: JWK, alg: string, kid: string | undefined): boolean {
  const [kty, crv] =
    alg === 'ES256' ? ['EC', 'P-256'] : alg.startsWith('Ed') ? ['OKP', 'Ed25519'] : ['RSA', undefined];
  return (
    jwk.kty === kty &&
    jwk.crv === crv &&
    (jwk.alg ?? alg) === alg &&
    (jwk.use ?? 'sig') === 'sig' &&
    (kid === undefined || jwk.kid === kid)
  );
}
