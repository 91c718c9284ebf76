import { base64url, calculateJwkThumbprint, EmbeddedJWK, errors, type JWK, jwtVerify } from 'jose';
import { isCompact } from '../tokens/compact.ts';

/** The algorithms a proof may be signed with: asymmetric ones only (RFC 9449 section 4.3, step 5). */
export const PROOF_ALGS = ['ES256', 'Ed25519', 'EdDSA', 'RS256', 'PS256'] as const;

/** What a proof must be made for. */
export type ProofExpectation = {
  method: string;
  /** The request's address; its query and fragment don't count. */
  url: string;
  /** The access token that the proof comes with, at a resource; absent at a token endpoint. */
  accessToken?: string;
  /** How wrong its client's clock may be, either way, where a nonce of the server's says how old the proof is. */
  windowSeconds?: number;
};

/** A proof that holds. Whether its `jti` was seen before, its `nonce` is the server's and its key the expected one is the caller's to judge. */
export type Proof = {
  /** RFC 7638 thumbprint of the key: an access token's `cnf.jkt`. */
  thumbprint: string;
  jti: string;
  nonce: string | undefined;
  /** No proof of this `jti` is taken from then on, epoch seconds. */
  expiresAt: number;
};

export type ProofRefusal =
  | 'malformed'
  | 'wrong_algorithm'
  | 'bad_signature'
  | 'wrong_method'
  | 'wrong_url'
  | 'wrong_access_token'
  | 'too_old'
  | 'not_yet_valid';

export type ProofOutcome = { ok: true; proof: Proof } | { ok: false; reason: ProofRefusal };

const LONGEST_PROOF = 4_096;
const LONGEST_JTI = 128;
/** How long after its `iat` a proof is taken, and how far ahead of our clock its client's may be. */
const PROOF_TTL_SECONDS = 60;
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Checks a DPoP proof by itself. It keeps nothing: a replay is found by who remembers the `jti` until `expiresAt`.
 *
 * @param now epoch seconds
 * @see RFC 9449 section 4.3
 */
export async function verifyProof(
  proof: string,
  expectation: ProofExpectation,
  now: number,
): Promise<ProofOutcome> {
  if (proof.length > LONGEST_PROOF || !isCompact(proof, 3)) return refused('malformed');
  const { accessToken, windowSeconds } = expectation;
  const toleranceSeconds = windowSeconds ?? CLOCK_TOLERANCE_SECONDS;
  const signed = await verifySignature(proof, now, toleranceSeconds);
  if (!signed.ok) return signed;
  const { jti, htm, htu, iat, ath, nonce } = signed.claims;
  const isComplete =
    typeof jti === 'string' && jti !== '' && jti.length <= LONGEST_JTI && typeof iat === 'number';
  if (!isComplete || (nonce !== undefined && typeof nonce !== 'string')) return refused('malformed');
  if (htm !== expectation.method) return refused('wrong_method');
  if (!isSameAddress(htu, expectation.url)) return refused('wrong_url');
  const expiresAt = iat + (windowSeconds ?? PROOF_TTL_SECONDS);
  if (iat > now + toleranceSeconds) return refused('not_yet_valid');
  if (now >= expiresAt) return refused('too_old');
  if (accessToken !== undefined && ath !== (await hashToken(accessToken)))
    return refused('wrong_access_token');
  const thumbprint = await calculateJwkThumbprint(signed.jwk, 'sha256');
  return { ok: true, proof: { thumbprint, jti, nonce, expiresAt } };
}

/** `ath`: the base64url of the SHA-256 of the access token (RFC 9449 section 4.2). */
async function hashToken(accessToken: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken));
  return base64url.encode(new Uint8Array(digest));
}

type Signed = { ok: true; claims: Record<string, unknown>; jwk: JWK } | { ok: false; reason: ProofRefusal };

async function verifySignature(proof: string, now: number, toleranceSeconds: number): Promise<Signed> {
  try {
    // A proof needs no `nbf` and no `exp`, but may have them (RFC 9449 section 4.2). `EmbeddedJWK` takes public keys only.
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...PROOF_ALGS],
      currentDate: new Date(now * 1_000),
      clockTolerance: toleranceSeconds,
    });
    const { jwk } = protectedHeader;
    return jwk ? { ok: true, claims: payload, jwk } : refused('malformed');
  } catch (error) {
    if (error instanceof errors.JOSEAlgNotAllowed) return refused('wrong_algorithm');
    if (error instanceof errors.JWSSignatureVerificationFailed) return refused('bad_signature');
    if (error instanceof errors.JWTExpired) return refused('too_old');
    if (isUntimely(error)) return refused('not_yet_valid');
    // Beside jose's own errors, a key that WebCrypto doesn't take is a DOMException or a TypeError.
    return refused('malformed');
  }
}

/** An `nbf` that is to come; one that is no time is none of these. */
function isUntimely(error: unknown): boolean {
  return (
    error instanceof errors.JWTClaimValidationFailed &&
    error.claim === 'nbf' &&
    error.reason === 'check_failed'
  );
}

/** RFC 9449 section 4.3, step 9: after the normalisation of RFC 3986 sections 6.2.2 and 6.2.3. */
function isSameAddress(claimed: unknown, url: string): boolean {
  if (typeof claimed !== 'string' || !URL.canParse(claimed)) return false;
  const [one, other] = [new URL(claimed), new URL(url)];
  return one.origin === other.origin && one.pathname === other.pathname;
}

function refused(reason: ProofRefusal): { ok: false; reason: ProofRefusal } {
  return { ok: false, reason };
}
