import type { JWK } from 'jose';
import * as v from 'valibot';
import { maxAgeOf } from '../../core/max-age.ts';
import type { ClientKeys } from '../../core/oauth/client-keys.ts';
import { keySetSchema } from '../../core/oauth/client-metadata.ts';

const LONGEST_CALL_MILLISECONDS = 5_000;
const LONGEST_BODY_BYTES = 65_536;
const USUAL_KEEPING_SECONDS = 300;
const LONGEST_KEEPING_SECONDS = 86_400;
/** Between two looks at one address, whatever is asked for; after one that failed it is shorter. */
const PAUSE_SECONDS = 60;
const PAUSE_AFTER_FAILURE_SECONDS = 10;
const MOST_KEPT = 256;

type Kept = { keys: readonly JWK[]; freshUntil: number; lookAgainAt: number };

/**
 * Fetches the keys of clients, and keeps them in memory as their `Cache-Control` says. Concurrent requests may each fetch
 * them once, as on Workers none can wait for what another one began.
 *
 * @see RFC 7591 section 2 (`jwks_uri`), RFC 7517 section 5
 */
export function createClientKeys(send: typeof fetch = (...call) => fetch(...call)): ClientKeys {
  const kept = new Map<string, Kept>();
  return {
    async read(jwksUri, kid, now) {
      const held = kept.get(jwksUri);
      const isFresh = held !== undefined && now < held.freshUntil;
      const keys = isFresh ? held.keys : [];
      const isThere = isFresh && (kid === undefined || keys.some((key) => key.kid === kid));
      if (isThere || (held && now < held.lookAgainAt)) return keys;
      const next = await load(send, jwksUri, now).catch((error: unknown): Kept => {
        console.warn(JSON.stringify({ event: 'client_keys_unavailable', jwksUri, error: String(error) }));
        return { keys, freshUntil: held?.freshUntil ?? now, lookAgainAt: now + PAUSE_AFTER_FAILURE_SECONDS };
      });
      kept.delete(jwksUri);
      kept.set(jwksUri, next);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return next.keys;
    },
  };
}

async function load(send: typeof fetch, jwksUri: string, now: number): Promise<Kept> {
  const response = await send(jwksUri, {
    headers: { Accept: 'application/jwk-set+json, application/json' },
    // It would lead to where nobody looked whether we may go.
    redirect: 'manual',
    signal: AbortSignal.timeout(LONGEST_CALL_MILLISECONDS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`It answered ${response.status}`);
  }
  const { keys } = readKeySet(await readText(response));
  const seconds = maxAgeOf(response.headers) ?? USUAL_KEEPING_SECONDS;
  const freshUntil = now + Math.min(Math.max(seconds, PAUSE_SECONDS), LONGEST_KEEPING_SECONDS);
  return { keys: keys as readonly JWK[], freshUntil, lookAgainAt: now + PAUSE_SECONDS };
}

/** @throws with nothing of the text in the error, as a parser's own has: it is logged, and may be a private key that was published by mistake */
function readKeySet(text: string): v.InferOutput<typeof keySetSchema> {
  try {
    return v.parse(keySetSchema, JSON.parse(text));
  } catch {
    throw new Error('It is no set of public keys');
  }
}

/** Reads no more than a key set may have, whatever its length is said to be. */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > LONGEST_BODY_BYTES) throw new Error('It is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
