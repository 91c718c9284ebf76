import { base64url } from 'jose';
import { Memory } from '../core/memory.ts';
import { STATUS_TTL_SECONDS, STATUS_USABLE_SECONDS } from '../core/status/status-list.ts';
import { inflate } from '../core/status/zlib.ts';
import type { Claims } from './claims.ts';
import { type Copy, type Fetch, fetchFresh, type KeepAlive, Kept } from './kept.ts';
import { isKeyName, type KeySet } from './key-set.ts';
import { parseCompact, parsePayload, verifySignature } from './signature.ts';
import { keepStatuses, type Statuses } from './statuses.ts';

/** What to do with a token whose list can't be had: take it until it expires, or refuse it. */
export type OnStale = 'accept' | 'refuse';

/** Whether a token's session still stands. */
export type Standing = 'valid' | 'revoked' | 'malformed' | 'status_unknown' | 'status_out_of_bounds';

export type StatusListsOptions = {
  issuer: string;
  fetch: Fetch;
  keys: KeySet;
  onStale: OnStale;
  report(fault: unknown): void;
};

type StatusClaim = { idx: number; uri: string };

/** `issuedAt`: epoch seconds. */
type List = { isSetAt: Statuses; issuedAt: number };

const REMEMBERED_LISTS = 1_024;
const LONGEST_LIST_BYTES = 1_048_576;
const CLOCK_TOLERANCE_SECONDS = 5;
const NOTHING: KeepAlive = () => undefined;

/**
 * The issuer's status lists, renewed in the background. A list says in its signature when it was read, and none that is older than
 * `STATUS_USABLE_SECONDS` is believed, whatever caches it came through.
 *
 * @see draft-ietf-oauth-status-list section 8.3
 */
export class StatusLists {
  readonly #options: StatusListsOptions;
  /** What the address of each of the issuer's lists begins with. */
  readonly #prefix: string;
  readonly #lists = new Memory<Kept<List>>(REMEMBERED_LISTS);

  constructor(options: StatusListsOptions) {
    this.#options = options;
    this.#prefix = `${options.issuer}/`;
  }

  /** @returns what the token's list says of it, without waiting where the list is at hand */
  check(claims: Claims, now: number, keepAlive: KeepAlive): Standing | Promise<Standing> {
    if (claims.status === undefined) return 'valid';
    const place = readClaim(claims.status, this.#prefix);
    if (typeof place === 'string') return place;
    const list = this.#listAt(place.uri).get(now, keepAlive);
    const judge = (known: List | undefined) => this.#judge(known, place.idx, claims.iat);
    return list instanceof Promise ? list.then(judge) : judge(list);
  }

  #judge(list: List | undefined, index: number, tokenIssuedAt: number): Standing {
    if (!list) return this.#options.onStale === 'accept' ? 'valid' : 'status_unknown';
    const isSet = list.isSetAt(index);
    if (isSet !== undefined) return isSet ? 'revoked' : 'valid';
    // A list grows: one from before the token was issued needn't reach to it yet, and then it wasn't revoked either.
    return tokenIssuedAt >= list.issuedAt - CLOCK_TOLERANCE_SECONDS ? 'valid' : 'status_out_of_bounds';
  }

  #listAt(uri: string): Kept<List> {
    const known = this.#lists.get(uri);
    if (known) return known;
    const { report, onStale } = this.#options;
    const isOptional = onStale === 'accept';
    const list = new Kept({ load: (now) => this.#load(uri, now), report, isOptional });
    this.#lists.set(uri, list);
    return list;
  }

  async #load(uri: string, now: number): Promise<Copy<List>> {
    const { fetch, onStale } = this.#options;
    const { text } = await fetchFresh(fetch, uri, 'application/statuslist+jwt');
    const claims = await this.#verify(text.trim(), now);
    if (!isComplete(claims)) throw new Error(`${uri} is malformed`);
    const { iat, sub, exp, ttl = STATUS_TTL_SECONDS, status_list: list } = claims;
    if (sub !== uri) throw new Error(`${uri} answered with another list`);
    if (iat > now + CLOCK_TOLERANCE_SECONDS) throw new Error(`${uri} is of the future`);
    const usableUntil = Math.min(iat + STATUS_USABLE_SECONDS, exp ?? Number.POSITIVE_INFINITY);
    if (now >= usableUntil) throw new Error(`${uri} is out of date`);
    const bytes = await inflate(new Uint8Array(base64url.decode(list.lst)), LONGEST_LIST_BYTES);
    return {
      value: { isSetAt: keepStatuses(bytes), issuedAt: iat },
      freshUntil: Math.min(iat + Math.min(ttl, STATUS_TTL_SECONDS), usableUntil),
      graceUntil: usableUntil,
      usableUntil: onStale === 'accept' ? Number.POSITIVE_INFINITY : usableUntil,
    };
  }

  async #verify(token: string, now: number): Promise<unknown> {
    const unverified = parseCompact(token, LONGEST_LIST_BYTES);
    if (typeof unverified === 'string' || unverified.header.typ !== 'statuslist+jwt')
      throw new Error('That is no status list token');
    const { header } = unverified;
    const key = isKeyName(header) && (await this.#options.keys.find(header, now, NOTHING));
    if (typeof key !== 'object' || !(await verifySignature(unverified, key)))
      throw new Error('The status list is not signed by the issuer');
    return parsePayload(unverified);
  }
}

type ListClaims = {
  sub: string;
  iat: number;
  exp?: number;
  ttl?: number;
  status_list: { lst: string };
};

/** What its claims must be (draft-ietf-oauth-status-list sections 4.2 and 5.1); lists of more than a bit a token are not the issuer's. */
function isComplete(claims: unknown): claims is ListClaims {
  const { sub, iat, exp, ttl, status_list: list } = (claims ?? {}) as Record<string, unknown>;
  const { bits, lst } = (list ?? {}) as Record<string, unknown>;
  return (
    typeof sub === 'string' &&
    Number.isFinite(iat) &&
    (exp === undefined || Number.isFinite(exp)) &&
    (ttl === undefined || (Number.isFinite(ttl) && Number(ttl) > 0)) &&
    bits === 1 &&
    typeof lst === 'string'
  );
}

/** The list must be the issuer's own: the verifier calls no address that it wasn't told. What another host's list says stays unknown. */
function readClaim(status: unknown, prefix: string): StatusClaim | 'malformed' | 'status_unknown' {
  const { status_list: list } = (status ?? {}) as { status_list?: Partial<StatusClaim> | null };
  const { idx, uri } = list ?? {};
  const isComplete = typeof idx === 'number' && Number.isInteger(idx) && idx >= 0 && typeof uri === 'string';
  if (!isComplete) return 'malformed';
  if (uri.startsWith(prefix)) return { idx, uri };
  return URL.canParse(uri) ? 'status_unknown' : 'malformed';
}
