/** An epoch is the span in which one set of keys signs; it is named by its start, epoch seconds, a multiple of the period. */
export type EpochStart = number;

/** @returns the start of the epoch that `instant` (epoch seconds) falls in */
export function epochAt(instant: number, keyPeriodSeconds: number): EpochStart {
  return Math.floor(instant / keyPeriodSeconds) * keyPeriodSeconds;
}
