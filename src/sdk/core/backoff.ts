const MOST_TRIES = 6;
const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next try.
 *
 * @param tries how many have failed
 * @param random from 0 to 1: clients that failed together don't come back together
 * @param retryAfterSeconds what the issuer asked for (RFC 9110 section 10.2.3)
 * @returns milliseconds; `undefined` when it is time to give up
 */
export function backoffMs(tries: number, random: number, retryAfterSeconds: number): number | undefined {
  const asked = retryAfterSeconds * 1_000;
  if (tries >= MOST_TRIES || asked > LONGEST_MS) return undefined;
  return Math.max(asked, Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)) * (0.5 + random / 2));
}
