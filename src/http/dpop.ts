import { verifyProof } from '../core/dpop/proof.ts';
import type { ProofUse } from '../core/dpop/used-proofs.ts';
import { createNonce, NONCE_RANDOM_BYTES, readNonce } from '../schemes/nonce.ts';
import type { RequestContext } from './context.ts';
import type { ProofPlace, Refusal } from './refusal.ts';

/** `proof`: undefined where a request came without one. It isn't used up yet. */
export type ProofReading = { ok: true; proof: ProofUse | undefined } | { ok: false; refusal: Refusal };

/** As long a proof is good, and remembered. Each answer brings a new nonce, so that only an idle client asks for one. */
const NONCE_TTL_SECONDS = 300;

/**
 * Checks the proof of a request, if it has one; nothing is stored. With a nonce of ours in it, it is not older than that,
 * whatever its client's clock says.
 *
 * @param accessToken what the proof comes with, if `Authorization: DPoP` does
 * @see RFC 9449 sections 4.3, 8 and 9
 */
export async function readProof(
  c: RequestContext,
  place: ProofPlace,
  accessToken?: string,
): Promise<ProofReading> {
  const text = c.req.header('dpop');
  if (text === undefined) return { ok: true, proof: undefined };
  const now = c.get('now');
  const nonceUse = { purpose: 'dpop', keys: c.get('services').keys, now, ttlSeconds: NONCE_TTL_SECONDS };
  const random = crypto.getRandomValues(new Uint8Array(NONCE_RANDOM_BYTES));
  c.header('DPoP-Nonce', await createNonce(nonceUse, random));
  const expectation = {
    method: c.req.method,
    url: c.get('issuer') + new URL(c.req.url).pathname,
    windowSeconds: NONCE_TTL_SECONDS,
    ...(accessToken !== undefined && { accessToken }),
  };
  const outcome = await verifyProof(text, expectation, now);
  if (!outcome.ok) return { ok: false, refusal: { reason: `proof_${outcome.reason}`, place } };
  const { thumbprint, jti, nonce } = outcome.proof;
  const read = nonce === undefined ? undefined : await readNonce(nonce, nonceUse);
  if (read?.kind !== 'fresh') return { ok: false, refusal: { reason: 'proof_needs_nonce', place } };
  return { ok: true, proof: { thumbprint, jti, until: read.expiresAt } };
}

/**
 * Uses a proof up, when all else about its request is right and before anything else is spent.
 *
 * @param boundTo thumbprint of the key to which what is presented is bound, if it is
 */
export async function spendProof(
  c: RequestContext,
  place: ProofPlace,
  proof: ProofUse | undefined,
  boundTo?: string,
): Promise<Refusal | undefined> {
  if (boundTo !== undefined && proof?.thumbprint !== boundTo) return { reason: 'grant_of_another_key' };
  if (!proof) return undefined;
  switch (await c.get('services').usedProofs.use(proof)) {
    case 'first':
      return undefined;
    case 'replayed':
      return { reason: 'proof_replayed', place };
    case 'too_many':
      return { reason: 'throttled', retryAfterSeconds: NONCE_TTL_SECONDS };
  }
}
