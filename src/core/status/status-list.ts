/** The place of a session in the status lists, fixed at sign-in: which list, and which of its bits. */
export type StatusIndex = { shard: number; index: number };

/** A session that ended. Its bit need stand only until the last access token that was made for it has expired. */
export type Revocation = StatusIndex & {
  /** When its last access token can have been made, epoch seconds. */
  mintedAt: number;
  /** When the last one expires that is known of: the setting may have been longer when it was made. */
  tokensUntil?: number | undefined;
};

/**
 * When the last access token of a session has expired, epoch seconds, as far as is known.
 *
 * @param mintedAt when it can have been made, for as long as the setting says now
 * @param tokensUntil the latest end that was kept: the setting may have been longer
 */
export function lastTokenEnd(mintedAt: number, accessTokenTtlSeconds: number, tokensUntil = 0): number {
  return Math.max(mintedAt + accessTokenTtlSeconds, tokensUntil);
}

/** The status lists of all sessions, as the guards use them. */
export type StatusList = {
  /**
   * Takes a place that nobody else has while the session, and its last access token, live.
   *
   * @param sessionEnd the session's absolute end, epoch seconds
   */
  allocate(sessionEnd: number): Promise<StatusIndex>;
  /** Sets the bits. They are set when it resolves; setting one twice does no harm. */
  revoke(revocations: readonly Revocation[]): Promise<void>;
};

/** A list as its shard keeps it. */
export type StatusListContent = {
  /** How many bits it has. */
  size: number;
  /** Those that are set. */
  revoked: readonly number[];
};

/** The statuses that a bit can tell: 0 is VALID, 1 INVALID (draft-ietf-oauth-status-list section 7.1). */
export const STATUS_BITS = 1;

/** How long a list may be kept before it is fetched anew, seconds. */
export const STATUS_TTL_SECONDS = 30;

/** A list older than this says nothing any more: with clocks 5 s apart, a revocation is known everywhere within 60 s. */
export const STATUS_USABLE_SECONDS = 55;

/** Isolates' clocks, and the time from a guard's answer to the token made for it. */
export const STATUS_SLACK_SECONDS = 60;

/** @returns the address of a list, which is its `sub` and a token's `uri` */
export function statusListUri(issuer: string, shard: number): string {
  return `${issuer}/status/${shard}`;
}

/**
 * Packs a list: the first status is the least significant bit of the first byte.
 *
 * @see draft-ietf-oauth-status-list section 4.1
 */
export function packStatuses({ size, revoked }: StatusListContent): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(size / 8));
  for (const index of revoked) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  return bytes;
}

/** @returns whether a bit is set; `undefined` if the list has no such bit */
export function readStatus(bytes: Uint8Array, index: number): boolean | undefined {
  // A shift would wrap an index of more than 32 bits round, into the list again.
  const byte = bytes[Math.floor(index / 8)];
  return byte === undefined ? undefined : ((byte >> (index & 7)) & 1) === 1;
}
