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
  value: { generation: number; attempt?: string; successor?: number };
  /** The error code of a `fail`, or what became of the connection of an `info`. */
  error?: string;
  /** Nanoseconds since the history began. */
  time: number;
};

type Operation = Pick<HistoryEvent, 'process' | 'f' | 'key' | 'value'>;

/** Records a history in the order in which things happened at the driver. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #start = process.hrtime.bigint();

  /** @returns completes the operation */
  invoke(operation: Operation): (type: 'ok' | 'fail' | 'info', rest?: Partial<HistoryEvent>) => void {
    this.#add({ ...operation, type: 'invoke' });
    return (type, rest) => this.#add({ ...operation, type, ...rest });
  }

  async save(path: string): Promise<void> {
    await writeFile(path, this.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }

  #add(event: Omit<HistoryEvent, 'index' | 'time'>): void {
    const time = Number(process.hrtime.bigint() - this.#start);
    this.events.push({ index: this.events.length, ...event, time });
  }
}
