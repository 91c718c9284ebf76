/** @returns epoch seconds, with a fraction */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now() / 1_000;
