/** A bucket of sign-in attempts: each costs one, and one comes back every `REFILL_SECONDS`. */
export type Allowance = { spent: number; at: number };

export type ThrottleOutcome = { ok: true; allowance: Allowance } | { ok: false; retryAfterSeconds: number };

/** Attempts in a row, and after them one in five minutes: about 300 guesses a day at a password of 10^8 or more. */
export const MOST_ATTEMPTS = 10;
export const REFILL_SECONDS = 300;

const UNUSED: Allowance = { spent: 0, at: 0 };

/** Takes one attempt. `now`: epoch seconds. */
export function charge(allowance: Allowance | undefined, now: number): ThrottleOutcome {
  const spent = spentAt(allowance ?? UNUSED, now);
  if (spent + 1 > MOST_ATTEMPTS) {
    return { ok: false, retryAfterSeconds: Math.ceil((spent + 1 - MOST_ATTEMPTS) * REFILL_SECONDS) };
  }
  return { ok: true, allowance: { spent: spent + 1, at: latest(allowance, now) } };
}

/** Gives one attempt back: the password was right. */
export function refund(allowance: Allowance, now: number): Allowance {
  return { spent: Math.max(0, spentAt(allowance, now) - 1), at: latest(allowance, now) };
}

/** @returns when the bucket is full again and can be forgotten, epoch seconds */
export function forgottenAt(allowance: Allowance): number {
  return allowance.at + allowance.spent * REFILL_SECONDS;
}

/** A clock that goes back must not let the same time refill twice. */
function latest(allowance: Allowance | undefined, now: number): number {
  return Math.max(allowance?.at ?? now, now);
}

function spentAt(allowance: Allowance, now: number): number {
  return Math.max(0, allowance.spent - Math.max(0, now - allowance.at) / REFILL_SECONDS);
}
