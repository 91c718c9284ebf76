import { Unavailable } from '../core/unavailable.ts';

const MOST_TRIES = 4;
const FIRST_PAUSE_MILLISECONDS = 50;

/** What the Workers runtime says of a failed call to a Durable Object. */
type DurableError = { retryable?: boolean; overloaded?: boolean };

/**
 * Calls a Durable Object, again with backoff where the runtime says that this helps.
 *
 * @param call makes a fresh stub each time: a stub that failed stays broken
 * @param repeatable whether the call may be made twice if its first answer was lost
 * @throws Unavailable if it fails for good
 */
export async function callDurable<T>(what: string, call: () => Promise<T>, repeatable: boolean): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const { retryable, overloaded } = error as DurableError;
      if (!repeatable || !retryable || overloaded || tries >= MOST_TRIES) {
        throw new Unavailable(what, overloaded ? 5 : 1, { cause: error });
      }
      await pause(FIRST_PAUSE_MILLISECONDS * 2 ** tries * (0.5 + Math.random()));
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
