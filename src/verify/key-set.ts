import { type Copy, type Fetch, fetchFresh, handOver, type KeepAlive, Kept } from './kept.ts';

/** The signature algorithms that a token may carry (RFC 7518 section 3.1, RFC 8037 section 3.1). */
export type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

export type VerificationKey = {
  alg: Algorithm;
  kid: string;
  key: CryptoKey;
  /** What it is made of, as JSON: another key of the same name is another key. */
  material: string;
};

/** What a token says of its key. */
export type KeyName = { alg: Algorithm; kid: string };

/** By name and algorithm: keys of different kinds may have one `kid` (RFC 7517 section 4.5). */
type Keys = ReadonlyMap<string, VerificationKey>;

const UNKNOWN_KEY_PAUSE_SECONDS = 60;
const SHORTEST_KEEPING_SECONDS = 30;
const USUAL_KEEPING_SECONDS = 300;
const LONGEST_KEEPING_SECONDS = 86_400;
const SHORTEST_RSA_BITS = 2_048;

const IMPORT = {
  ES256: { kty: 'EC', crv: 'P-256', params: { name: 'ECDSA', namedCurve: 'P-256' } },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', params: { name: 'Ed25519' } },
  RS256: { kty: 'RSA', crv: undefined, params: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
} as const;

export type KeySetOptions = {
  url: string;
  fetch: Fetch;
  /** How long the last good keys serve while the issuer can't be reached. */
  longestOutageSeconds: number;
  report(fault: unknown): void;
  /** A key that was there is withdrawn: what was verified with it must be looked at again. */
  onWithdrawal(): void;
};

/**
 * The issuer's keys: fetched once, kept as their `Cache-Control` says, and fetched again for an unknown key, at most once a minute.
 *
 * @see RFC 7517 section 5
 */
export class KeySet {
  readonly #options: KeySetOptions;
  readonly #kept: Kept<Keys>;
  #known: Keys = new Map();

  constructor(options: KeySetOptions) {
    this.#options = options;
    this.#kept = new Kept({ load: (now) => this.#load(now), report: options.report });
  }

  /** Looks whether the keys must be renewed, in the background where they needn't be waited for. */
  touch(now: number, keepAlive: KeepAlive): void {
    const keys = this.#kept.get(now, keepAlive);
    if (keys instanceof Promise) handOver(keys, keepAlive, this.#options.report);
  }

  /** @returns whether the issuer still has a key, as far as is known here */
  has(key: VerificationKey): boolean {
    return isAmong(this.#known, key);
  }

  /** @returns the key of that name, without waiting where it is at hand; `unavailable` if no keys could be had at all */
  find(
    name: KeyName,
    now: number,
    keepAlive: KeepAlive,
  ): VerificationKey | Promise<VerificationKey | 'unknown' | 'unavailable'> {
    const keys = this.#kept.get(now, keepAlive);
    const key = keys instanceof Promise ? undefined : keys?.get(entryOf(name));
    return key ?? this.#await(keys, entryOf(name), now);
  }

  async #await(
    awaited: Keys | undefined | Promise<Keys | undefined>,
    entry: string,
    now: number,
  ): Promise<VerificationKey | 'unknown' | 'unavailable'> {
    const keys = await awaited;
    const key = keys?.get(entry);
    if (key) return key;
    if (!keys) return 'unavailable';
    await this.#kept.renew(now, UNKNOWN_KEY_PAUSE_SECONDS);
    return this.#known.get(entry) ?? 'unknown';
  }

  async #load(now: number): Promise<Copy<Keys>> {
    const { url, fetch, longestOutageSeconds, report, onWithdrawal } = this.#options;
    const { text, maxAgeSeconds = USUAL_KEEPING_SECONDS } = await fetchFresh(
      fetch,
      url,
      'application/jwk-set+json, application/json',
    );
    const keys = await importKeys(JSON.parse(text), report);
    if (keys.size === 0) throw new Error(`${url} has no key that can verify`);
    if ([...this.#known.values()].some((key) => !isAmong(keys, key))) onWithdrawal();
    this.#known = keys;
    const kept = Math.min(Math.max(maxAgeSeconds, SHORTEST_KEEPING_SECONDS), LONGEST_KEEPING_SECONDS);
    return {
      value: keys,
      freshUntil: now + kept,
      graceUntil: now + 2 * kept,
      usableUntil: now + Math.max(2 * kept, longestOutageSeconds),
    };
  }
}

/** @returns whether a key of that name can verify here, if there is one */
export function isKeyName(name: { alg: string; kid: string }): name is KeyName {
  return Object.hasOwn(IMPORT, name.alg);
}

/** No algorithm's name has a space in it, so no two keys make one entry. */
function entryOf({ alg, kid }: KeyName): string {
  return `${alg} ${kid}`;
}

function isAmong(keys: Keys, key: VerificationKey): boolean {
  return keys.get(entryOf(key))?.material === key.material;
}

/** Keys that can't verify here are passed over (RFC 7517 section 5). */
async function importKeys(set: { keys?: unknown } | null, report: (fault: unknown) => void): Promise<Keys> {
  if (!Array.isArray(set?.keys)) throw new Error('The key set is malformed');
  const keys = new Map<string, VerificationKey>();
  for (const jwk of set.keys) {
    const alg = algorithmOf(jwk);
    if (!alg) continue;
    try {
      const key = await importKey(jwk, alg);
      keys.set(entryOf(key), key);
    } catch (cause) {
      report(new Error(`The key ${jwk.kid} of the key set can not be used`, { cause }));
    }
  }
  return keys;
}

function algorithmOf(jwk: JsonWebKey & { kid?: unknown }): Algorithm | undefined {
  if (typeof jwk?.kid !== 'string' || (jwk.use !== undefined && jwk.use !== 'sig')) return undefined;
  const { key_ops: uses = ['verify'] } = jwk;
  if (!Array.isArray(uses) || !uses.includes('verify')) return undefined;
  const algs = Object.keys(IMPORT) as Algorithm[];
  const alg = algs.find((each) => IMPORT[each].kty === jwk.kty && IMPORT[each].crv === jwk.crv);
  const isMeant = jwk.alg === undefined || jwk.alg === alg;
  const isShortRsa = alg === 'RS256' && ((jwk.n?.length ?? 0) * 6) / 8 < SHORTEST_RSA_BITS / 8;
  return isMeant && !isShortRsa ? alg : undefined;
}

async function importKey(
  { kid, kty, crv, x, y, n, e }: JsonWebKey & { kid: string },
  alg: Algorithm,
): Promise<VerificationKey> {
  const material = JSON.stringify({ kty, crv, x, y, n, e });
  const publicPart = JSON.parse(material) as JsonWebKey;
  const key = await crypto.subtle.importKey('jwk', publicPart, IMPORT[alg].params, false, ['verify']);
  return { alg, kid, key, material };
}
