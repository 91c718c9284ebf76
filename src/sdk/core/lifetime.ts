/** One reading of both clocks of a page, milliseconds. */
export type Instant = {
  /** `Date.now()`: runs while the machine sleeps, but may be wrong, and be set right. */
  wall: number;
  /** `performance.now()`: never set, but may stop while the machine sleeps. */
  steady: number;
};

const MARGIN_SECONDS = 30;

/** @returns seconds left of what began at an instant. Only differences count, so that a clock may be hours wrong. */
export function remainingSeconds(since: Instant, seconds: number, now: Instant): number {
  return seconds - Math.max(now.wall - since.wall, now.steady - since.steady) / 1_000;
}

/** How long before its end a token is refreshed: it must still be good when it arrives. */
export function marginSeconds(seconds: number): number {
  return Math.min(MARGIN_SECONDS, seconds / 10);
}

/** The instant of another page of this machine: their steady clocks began at different times. */
export function translate({ wall }: Instant, now: Instant): Instant {
  return { wall, steady: now.steady - now.wall + wall };
}
