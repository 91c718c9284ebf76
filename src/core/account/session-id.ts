/**
 * A session's id: the user's session number in base 36, `_`, and 64 random bits in hex, for example `tgk1x0_8f3a09c2d4e5b6a7`.
 *
 * The number orders a user's sessions, so that the record needs no list of ended ones. It is never below the second
 * at which the session was opened: a guard that lost its storage can't give an old number out again.
 * The random part keeps two users' sessions in one cookie jar apart.
 */
export type SessionId = string;

/** `nonce`: 16 hex digits. */
export function createSessionId(number: number, nonce: string): SessionId {
  return `${number.toString(36)}_${nonce}`;
}

/** @returns the session's number, or `undefined` if the text is no session id */
export function parseSessionNumber(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^([1-9a-z][0-9a-z]{0,9})_[0-9a-f]{16}$/.exec(text);
  return match?.[1] === undefined ? undefined : Number.parseInt(match[1], 36);
}

/** @returns the number that the next session gets at `now` (epoch seconds) */
export function nextSessionNumber(highest: number, now: number): number {
  return Math.max(highest + 1, Math.floor(now));
}
