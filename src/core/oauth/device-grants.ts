/** What a device asked for (RFC 8628 section 3.1). */
export type DeviceRequest = { scope: string; resources?: readonly string[] };

/** What its user answered. Instants are epoch seconds. */
export type DeviceAnswer =
  | {
      kind: 'allowed';
      username: string;
      scope: string;
      /** The session of the issuer's pages in which it was allowed. */
      signInSid: string;
      credentialsVersion: number;
      amr: readonly string[];
      authTime: number;
    }
  | { kind: 'denied' };

export type DeviceGrant = {
  deviceCodeHash: string;
  /** Without its dash. */
  userCode: string;
  clientId: string;
  request: DeviceRequest;
  answer: DeviceAnswer | undefined;
  /** When its device last asked. */
  polledAt: number;
  /** How long it must wait before it asks again, seconds. */
  pollSeconds: number;
  expiresAt: number;
};

/** The devices that wait for their users. `now`: epoch seconds. */
export type DeviceGrants = {
  /** @returns false if the user code is taken */
  add(grant: DeviceGrant, now: number): Promise<boolean>;
  findByUserCode(userCode: string, now: number): Promise<DeviceGrant | undefined>;
  findByDeviceCode(deviceCodeHash: string): Promise<DeviceGrant | undefined>;
  /** @returns false if it was answered already, or is over */
  answer(userCode: string, answer: DeviceAnswer, now: number): Promise<boolean>;
  polled(deviceCodeHash: string, polledAt: number, pollSeconds: number): Promise<void>;
};

export const DEVICE_CODE_TTL_SECONDS = 600;
export const POLL_SECONDS = 5;

/** RFC 8628 section 6.1: no vowels, so no words; 20 letters, 8 of them, 34 bits. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';
const USER_CODE_LENGTH = 8;

/** @returns a user code of random bytes; `undefined` if there were too few that fall evenly on the alphabet */
export function createUserCode(random: Uint8Array): string | undefined {
  const letters = [...random].filter((byte) => byte < 240).map((byte) => ALPHABET[byte % ALPHABET.length]);
  return letters.length < USER_CODE_LENGTH ? undefined : letters.slice(0, USER_CODE_LENGTH).join('');
}

/** As it is shown: `WDJB-MJHT`. */
export function formatUserCode(userCode: string): string {
  return `${userCode.slice(0, 4)}-${userCode.slice(4)}`;
}

/** Reads what a user typed: case, dashes and spaces don't matter. */
export function parseUserCode(text: string): string | undefined {
  const letters = text.toUpperCase().replace(/[\s-]/g, '');
  return letters.length === USER_CODE_LENGTH && [...letters].every((each) => ALPHABET.includes(each))
    ? letters
    : undefined;
}

export type PollOutcome =
  | { kind: 'pending' | 'expired' | 'denied' }
  | { kind: 'too_fast'; pollSeconds: number }
  | { kind: 'allowed'; answer: Extract<DeviceAnswer, { kind: 'allowed' }> };

/**
 * What a device that asks is told. One that asks too often must wait 5 s longer from then on.
 *
 * @see RFC 8628 section 3.5
 */
export function decidePoll(grant: DeviceGrant, now: number): PollOutcome {
  if (now >= grant.expiresAt) return { kind: 'expired' };
  if (grant.answer?.kind === 'denied') return { kind: 'denied' };
  if (grant.answer?.kind === 'allowed') return { kind: 'allowed', answer: grant.answer };
  if (now < grant.polledAt + grant.pollSeconds)
    return { kind: 'too_fast', pollSeconds: grant.pollSeconds + POLL_SECONDS };
  return { kind: 'pending' };
}
