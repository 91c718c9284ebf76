import { Memory } from '../core/memory.ts';
import { type Claims, checkTimes, deepFreeze, hasScope, parseClaims } from './claims.ts';
import type { Fetch, KeepAlive } from './kept.ts';
import { KeySet } from './key-set.ts';
import { checkBinding, createProofMemory, type ProofMemory, readPresented } from './presented.ts';
import { createRefusal, type Reason, type Refusal } from './refusal.ts';
import { RecordedSessions, type SessionRecords } from './session-records.ts';
import { parseCompact, parsePayload, verifySignature } from './signature.ts';
import { type OnStale, StatusLists } from './status-lists.ts';

export type VerifierOptions = {
  /** The issuer's `iss`, such as `https://id.example.com`. */
  issuer: string;
  /** Who the tokens must be for: this API. */
  audience: string;
  /** The issuer's key set; by default at its `/.well-known/jwks.json`. */
  jwksUri?: string;
  /** What a challenge calls this API. */
  realm?: string;
  /** Where clients see this API, such as `https://api.example.com`, if a proxy stands before it: DPoP proofs name it. */
  publicOrigin?: string;
  /** How many verified tokens are remembered. */
  rememberedTokens?: number;
  /** How long the last good keys serve while the issuer can't be reached, seconds. */
  longestOutageSeconds?: number;
  /**
   * What becomes of a token whose status list can't be had: `refuse` (a 503), so that a revoked token is never taken for
   * longer than a minute, or `accept`, so that the API outlives an outage of the issuer; `ignore` looks at no list.
   * A list at another host than the issuer's is never asked for: with `accept`, too, its tokens get a 503.
   */
  onStale?: OnStale | 'ignore';
  /**
   * The issuer's KV namespace `REFRESH_TOKENS`, in a Worker of the same account: sessions are looked up in their user's record there
   * and no status list is fetched. An end is then known as late as KV tells it: some 70 s, and no bound.
   */
  records?: SessionRecords;
  /** Remembers used DPoP proofs; by default in this instance only. */
  proofMemory?: ProofMemory;
  /** For example a service binding's. */
  fetch?: Fetch;
  /** @returns epoch seconds */
  clock?: () => number;
  /** What went wrong in the background, such as an issuer that doesn't answer. */
  onFault?: (fault: unknown) => void;
};

export type VerifyOptions = {
  /** The scopes that are needed, separated by spaces. */
  scope?: string | undefined;
  /** On Workers `ctx.waitUntil`, so that a renewal of the keys outlives the request that began it. */
  waitUntil?: KeepAlive | undefined;
};

export type VerifyOutcome = { ok: true; claims: Claims } | { ok: false; refusal: Refusal };

export type Verifier = {
  /** Checks the access token of a request, or one by itself (then no token that is bound to a key is taken). It never throws. */
  verify(presented: Request | string, options?: VerifyOptions): Promise<VerifyOutcome>;
};

const REMEMBERED_TOKENS = 4_096;
const REMEMBERED_PROOFS = 16_384;
const LONGEST_OUTAGE_SECONDS = 86_400;

/**
 * Builds what an API checks its callers' access tokens with. Build it once and keep it: it remembers keys and verified tokens.
 *
 * @see RFC 9068 section 4, RFC 6750, RFC 9449 section 7, RFC 8725 section 3
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, realm = 'api', clock = () => Date.now() / 1_000 } = options;
  const get: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const report = options.onFault ?? (() => undefined);
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
    const { alg, kid, typ } = unverified.header;
    if (typ !== 'at+jwt') return 'wrong_type';
    const found = keys.find(kid, now, keepAlive);
    const key = found instanceof Promise ? await found : found;
    if (key === 'unknown') return 'unknown_key';
    if (key === 'unavailable') return 'issuer_unavailable';
    if (key.alg !== alg) return 'wrong_algorithm';
    if (!(await verifySignature(unverified, key))) return 'bad_signature';
    const parsed = parseClaims(parsePayload(unverified), expectation);
    if (!parsed.ok) return parsed.reason;
    // Its claims are kept when it comes again: many tokens never do, and then keeping them is the dearest part.
    if (checkTimes(parsed.claims, now) !== 'expired') remembered.set(token, 'verified');
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
      const refused = (reason: Reason): VerifyOutcome => {
        const scheme = typeof read === 'string' ? undefined : read.scheme;
        return { ok: false, refusal: createRefusal(reason, { realm, scope, scheme }) };
      };
      const now = clock();
      const read = readPresented(presented);
      if (typeof read === 'string') return refused(read);
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
    },
  };
}

function ignore(): void {}
