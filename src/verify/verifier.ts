import { Memory } from '../core/memory.ts';
import { isCompact } from '../core/tokens/compact.ts';
import { type Claims, checkTimes, deepFreeze, hasScope, parseClaims } from './claims.ts';
import type { Fetch, KeepAlive } from './kept.ts';
import { isKeyName, KeySet } from './key-set.ts';
import { checkOptions, type VerifierOptions } from './options.ts';
import { checkBinding, type PresentedRequest, readPresented } from './presented.ts';
import { createProofMemory } from './proof-memory.ts';
import { createRefusal, type Reason, type Refusal } from './refusal.ts';
import { RecordedSessions } from './session-records.ts';
import { parseCompact, parsePayload, verifySignature } from './signature.ts';
import { StatusLists } from './status-lists.ts';

export type VerifyOptions = {
  /** The scopes that are needed, separated by spaces. */
  scope?: string | undefined;
  /** On Workers `ctx.waitUntil`, so that a renewal of the keys outlives the request that began it. */
  waitUntil?: KeepAlive | undefined;
};

export type VerifyOutcome = { ok: true; claims: Claims } | { ok: false; refusal: Refusal };

export type Verifier = {
  /**
   * Checks the access token of a request, or one by itself (then no token that is bound to a key is taken).
   *
   * @throws TypeError if it is handed something else; never for what a client sent, or for what fails on the way
   */
  verify(
    presented: PresentedRequest | string | null | undefined,
    options?: VerifyOptions,
  ): Promise<VerifyOutcome>;
};

const REMEMBERED_TOKENS = 4_096;
const REMEMBERED_PROOFS = 16_384;
const LONGEST_OUTAGE_SECONDS = 86_400;

/**
 * Builds what an API checks its callers' access tokens with. Build it once and keep it: it remembers keys and verified tokens.
 *
 * @throws TypeError for options that can't be meant
 * @see RFC 9068 section 4, RFC 6750, RFC 9449 section 7, RFC 8725 section 3
 */
export function createVerifier(options: VerifierOptions): Verifier {
  checkOptions(options);
  const { issuer, audience, realm = 'api', onFault = ignore, clock = () => Date.now() / 1_000 } = options;
  const get: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const report = (fault: unknown) => {
    try {
      onFault(fault);
    } catch {
      // A log that fails is no reason to refuse anybody.
    }
  };
  const proofs = options.proofMemory ?? createProofMemory(REMEMBERED_PROOFS);
  /** By the whole token, never by a part of it: a signature is a part too. */
  const remembered = new Memory<Claims | 'verified'>(options.rememberedTokens ?? REMEMBERED_TOKENS);
  const keys = new KeySet({
    url: options.jwksUri ?? `${issuer}/.well-known/jwks.json`,
    fetch: get,
    longestOutageSeconds: options.longestOutageSeconds ?? LONGEST_OUTAGE_SECONDS,
    report,
    onWithdrawal: () => remembered.clear(),
  });

  const expectation = { issuer, audience };
  const { onStale = 'refuse', records } = options;
  const sessions =
    onStale === 'ignore'
      ? undefined
      : records
        ? new RecordedSessions({ records, onStale, report })
        : new StatusLists({ issuer, fetch: get, keys, onStale, report });

  async function verifyAnew(token: string, now: number, keepAlive: KeepAlive): Promise<Claims | Reason> {
    const unverified = parseCompact(token);
    if (typeof unverified === 'string') return unverified;
    const { header } = unverified;
    if (header.typ !== 'at+jwt') return 'wrong_type';
    if (!isKeyName(header)) return 'wrong_algorithm';
    const found = keys.find(header, now, keepAlive);
    const key = found instanceof Promise ? await found : found;
    if (key === 'unknown') return 'unknown_key';
    if (key === 'unavailable') return 'issuer_unavailable';
    if (!(await verifySignature(unverified, key))) return isCompact(token, 3) ? 'bad_signature' : 'malformed';
    const parsed = parseClaims(parsePayload(unverified), expectation);
    if (!parsed.ok) return parsed.reason;
    // Its claims are kept when it comes again: many tokens never do, and then keeping them is the dearest part.
    // Its key may have been withdrawn while the signature was checked, and then nothing would end what is remembered.
    if (checkTimes(parsed.claims, now) !== 'expired' && keys.has(key)) remembered.set(token, 'verified');
    return parsed.claims;
  }

  /** From its second use on a token's claims are shared by its callers. */
  function recall(token: string): Claims | undefined {
    const known = remembered.get(token);
    if (known !== 'verified') return known;
    const unverified = parseCompact(token);
    const parsed =
      typeof unverified === 'string' ? undefined : parseClaims(parsePayload(unverified), expectation);
    if (!parsed?.ok) return undefined;
    remembered.set(token, deepFreeze(parsed.claims));
    return parsed.claims;
  }

  return {
    async verify(presented, { scope, waitUntil = ignore } = {}) {
      const read = readPresented(presented);
      const refused = (reason: Reason): VerifyOutcome => {
        const scheme = typeof read === 'string' ? undefined : read.scheme;
        return { ok: false, refusal: createRefusal(reason, { realm, scope, scheme }) };
      };
      if (typeof read === 'string') return refused(read);
      try {
        const now = clock();
        const known = recall(read.token);
        if (known) keys.touch(now, waitUntil);
        const claims = known ?? (await verifyAnew(read.token, now, waitUntil));
        if (typeof claims === 'string') return refused(claims);
        const untimely = checkTimes(claims, now);
        if (untimely) {
          if (untimely === 'expired') remembered.delete(read.token);
          return refused(untimely);
        }
        const status = sessions?.check(claims, now, waitUntil);
        const standing = status instanceof Promise ? await status : status;
        if (standing !== undefined && standing !== 'valid') return refused(standing);
        if (claims.cnf || read.scheme === 'dpop') {
          const problem = await checkBinding(read, claims, proofs, options.publicOrigin, now);
          if (problem) return refused(problem);
        }
        return hasScope(claims, scope) ? { ok: true, claims } : refused('insufficient_scope');
      } catch (fault) {
        report(fault);
        return refused('check_failed');
      }
    },
  };
}

function ignore(): void {}
