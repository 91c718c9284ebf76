import { isLoopbackHost } from '../core/settings/loopback.ts';
import type { Fetch } from './kept.ts';
import type { ProofMemory } from './proof-memory.ts';
import type { SessionRecords } from './session-records.ts';
import type { OnStale } from './status-lists.ts';

export type VerifierOptions = {
  /** The issuer's `iss`: its origin, such as `https://id.example.com`; `http` on one's own machine only. */
  issuer: string;
  /** Who the tokens must be for: this API. */
  audience: string;
  /** The issuer's key set, with `https` as the issuer; by default at its `/.well-known/jwks.json`. */
  jwksUri?: string;
  /** What a challenge calls this API: printable ASCII without quotes and backslashes. */
  realm?: string;
  /**
   * Where clients see this API, such as `https://api.example.com`: DPoP proofs name it. By default the request's own origin,
   * which on Node, Deno and Bun is whatever its `Host` header says: there a proof made for another host would pass.
   */
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
  /** Remembers used DPoP proofs; by default in this instance only, so that another one takes a proof once more within its minute. */
  proofMemory?: ProofMemory;
  /** For example a service binding's. */
  fetch?: Fetch;
  /** @returns epoch seconds */
  clock?: () => number;
  /** What went wrong in the background, such as an issuer that doesn't answer. */
  onFault?: (fault: unknown) => void;
};

type Rule = readonly [name: keyof VerifierOptions, holds: (value: unknown) => boolean, what: string];

const NEEDED: readonly Rule[] = [
  ['issuer', isIssuer, 'the issuer’s origin, such as https://id.example.com, without a closing slash'],
  ['audience', (value) => typeof value === 'string' && value !== '', 'the aud of the tokens for this API'],
];
const IF_PRESENT: readonly Rule[] = [
  ['jwksUri', isTrustedAddress, 'an address with https'],
  ['realm', isQuotable, 'printable ASCII without quotes and backslashes'],
  ['publicOrigin', isOrigin, 'an origin, such as https://api.example.com'],
  ['rememberedTokens', (value) => Number.isInteger(value) && Number(value) > 0, 'a number from 1'],
  ['longestOutageSeconds', (value) => typeof value === 'number' && value >= 0, 'a number of seconds'],
  ['onStale', (value) => ['accept', 'refuse', 'ignore'].includes(String(value)), 'accept, refuse or ignore'],
  ['records', (value) => hasMethod(value, 'get'), 'a KV namespace'],
  ['proofMemory', (value) => hasMethod(value, 'use'), 'an object with use'],
  ['fetch', isFunction, 'a function'],
  ['clock', isFunction, 'a function'],
  ['onFault', isFunction, 'a function'],
];

/** @throws TypeError, naming the option: else a variable that isn't set would be found out by the first who is refused */
export function checkOptions(options: VerifierOptions): void {
  const present = IF_PRESENT.filter(([name]) => options[name] !== undefined);
  for (const [name, holds, what] of [...NEEDED, ...present])
    if (!holds(options[name])) throw new TypeError(`createVerifier: ${name} must be ${what}`);
}

function isOrigin(text: unknown): text is string {
  return typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text;
}

function isIssuer(text: unknown): boolean {
  return isOrigin(text) && isTrustedAddress(text);
}

/** Keys that came by plain HTTP over a network are anybody's. */
function isTrustedAddress(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

/** Within the quotes of a challenge (RFC 9110 section 5.6.4). */
function isQuotable(text: unknown): boolean {
  return typeof text === 'string' && /^[ !#-[\]-~]*$/.test(text);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function hasMethod(value: unknown, name: string): boolean {
  return isFunction((value as Record<string, unknown> | null)?.[name]);
}
