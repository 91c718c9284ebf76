import { writeFile } from 'node:fs/promises';

/**
 * One line of a history, in the form that Jepsen's checkers (Knossos, Elle) and Porcupine's JSON readers take:
 * an operation is invoked by a process, and later completes as `ok`, `fail` or `info`.
 * docs/histories.md describes it.
 */
export type HistoryEvent = {
  index: number;
  process: number;
  type: 'invoke' | 'ok' | 'fail' | 'info';
  f: 'sign-in' | 'refresh' | 'logout';
  /** The session: the key of an independent register whose value is the generation. */
  key: string;
  value: {
    generation: number;
    attempt?: string;
    successor?: number;
    /** The generations of the session whose cookies the request carried; absent where the token was in the body. */
    jar?: readonly number[];
    /** The generation that a 409 named. */
    named?: number;
  };
  /** The error code of a `fail`, or what became of the connection of an `info`. */
  error?: string;
  /** Nanoseconds since the history began. */
  time: number;
};

type Operation = Pick<HistoryEvent, 'f' | 'key' | 'value'>;
type Completion = Partial<Pick<HistoryEvent, 'value' | 'error'>>;

/** Records a history in the order in which things happened at the driver. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #start = process.hrtime.bigint();
  readonly #idle: number[] = [];
  #processes = 0;

  /**
   * Begins an operation, on the first process that is idle. One that ended in an `info` never does anything again:
   * for all that is known, it still does what it began.
   *
   * @returns completes the operation
   */
  invoke(operation: Operation): (type: 'ok' | 'fail' | 'info', completion?: Completion) => void {
    const process = this.#idle.pop() ?? this.#processes++;
    this.#add({ process, ...operation, type: 'invoke' });
    return (type, completion) => {
      this.#add({ process, ...operation, type, ...completion });
      if (type !== 'info') this.#idle.push(process);
    };
  }

  async save(path: string): Promise<void> {
    await writeFile(path, this.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }

  #add(event: Omit<HistoryEvent, 'index' | 'time'>): void {
    const time = Number(process.hrtime.bigint() - this.#start);
    this.events.push({ index: this.events.length, ...event, time });
  }
}
