/** Which nonce numbers of a session came already: the largest one, and the ones just below it. */
export type NonceWindow = {
  /** -1 before the first. */
  largest: number;
  /** A bit a number in hex, the lowest for `largest` itself. */
  seen: string;
};

/** How many numbers below the largest are still taken, and the largest there may be (RFC 8120 section 4.3). */
export const NONCE_WINDOW = 128;
export const LARGEST_NONCE = 1_000;

export const UNUSED_NONCES: NonceWindow = { largest: -1, seen: '0' };

/**
 * Takes a nonce number.
 *
 * @returns the window after it, or `undefined` for one that came already, could have come already, or is too large
 * @see RFC 8120 section 6
 */
export function takeNonce({ largest, seen }: NonceWindow, nonce: number): NonceWindow | undefined {
  if (nonce > LARGEST_NONCE || nonce < 0) return undefined;
  const bits = BigInt(`0x${seen}`);
  if (nonce > largest) {
    const shifted = (bits << BigInt(nonce - largest)) | 1n;
    return { largest: nonce, seen: BigInt.asUintN(NONCE_WINDOW, shifted).toString(16) };
  }
  if (nonce <= largest - NONCE_WINDOW) return undefined;
  const bit = 1n << BigInt(largest - nonce);
  return bits & bit ? undefined : { largest, seen: (bits | bit).toString(16) };
}
