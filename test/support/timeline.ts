/** Something that is due at an instant; `cancelled` ones are passed over. */
export type Due = { at: number; run: () => unknown; cancelled: boolean };

/** More than the longest chain of awaits in the guard that waits for nothing outside it. */
const MOST_TURNS = 40;

/** Lets everything go on that doesn't wait for time to pass. Promises only: the event loop isn't entered. */
export async function drain(): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) await undefined;
}

/** More than anything that comes to rest ever needs at one instant. */
const MOST_AT_ONCE = 10_000;

/**
 * A clock that stands still until it is told to pass, and what is due on it. Epoch seconds, in whole milliseconds as the
 * machine's clock counts them.
 */
export class Timeline {
  now: number;
  /** What was told of it, a line each. */
  readonly story: string[] = [];
  readonly #start: number;
  #due: Due[] = [];

  constructor(start: number) {
    this.#start = wholeMilliseconds(start);
    this.now = this.#start;
  }

  /** Adds a line to the story, for somebody who reads how a property fell. */
  tell(line: string): void {
    this.story.push(`${(this.now - this.#start).toFixed(3)} s  ${line}`);
  }

  /** Calls `run` at `at`, or at once when time next passes if that is over already. */
  schedule(at: number, run: () => unknown): Due {
    const due = { at, run, cancelled: false };
    this.#due.push(due);
    return due;
  }

  after(seconds: number, run: () => unknown): Due {
    return this.schedule(this.now + seconds, run);
  }

  sleep(seconds: number): Promise<void> {
    return seconds <= 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.after(seconds, resolve);
        });
  }

  /** Lets time pass; what becomes due on the way happens at its time, one after another. */
  async pass(seconds: number): Promise<void> {
    const until = wholeMilliseconds(this.now + seconds);
    await drain();
    let atOnce = 0;
    for (let next = this.#take(until); next; next = this.#take(until)) {
      const now = Math.max(this.now, wholeMilliseconds(next.at));
      atOnce = now === this.now ? atOnce + 1 : 0;
      if (atOnce > MOST_AT_ONCE) throw new Error('Something is due again and again, and time never passes');
      this.now = now;
      next.run();
      await drain();
    }
    this.now = until;
  }

  /** @returns the earliest thing due up to `until`; of two at the same instant the one scheduled first */
  #take(until: number): Due | undefined {
    let earliest: Due | undefined;
    for (const due of this.#due) {
      if (!due.cancelled && due.at <= until && (!earliest || due.at < earliest.at)) earliest = due;
    }
    this.#due = this.#due.filter((due) => due !== earliest && !due.cancelled);
    return earliest;
  }
}

function wholeMilliseconds(seconds: number): number {
  return Math.ceil(seconds * 1_000) / 1_000;
}
