import { afterEach, beforeEach, vi } from 'vitest';

/** Later than any real run, so that no object's alarm goes off by itself. */
const START = Date.parse('2035-03-05T12:00:00Z');

let latest = START;

/** Stops the clock of the Worker and of its objects in each test of a file; it never goes back from test to test. */
export function stopClock(): { advance(seconds: number): void; now(): number } {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    latest += 60_000;
    vi.setSystemTime(latest);
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  return {
    advance(seconds) {
      latest += seconds * 1_000;
      vi.setSystemTime(latest);
    },
    now: () => Math.floor(latest / 1_000),
  };
}
