import {
  changed,
  deleting,
  failed,
  found,
  type KnownSync,
  livenessChanged,
  missed,
  nextStep,
  type RecordSync,
  resumed,
  type SyncStep,
  written,
} from '../../core/account/record-sync.ts';
import { formatSessionRecord, type SessionRecord } from '../../core/account/session-record.ts';
import type { Clock } from '../clock.ts';

/** What the writer needs of its guard. */
export type RecordSource = {
  username: string;
  record(): SessionRecord;
  /** KV confirmed a record of these sessions, kept until then (epoch seconds; 0: none is kept). */
  confirmed(highest: number, heldUntil: number, ttlSeconds: number): void;
  missing(missing: RecordSync['missing']): void;
  /** A delete began then, or, undefined, has surely landed. It is kept before the delete goes out. */
  deleting(since: number | undefined): void;
  /** An operator deleted the record. */
  deleted(): void;
};

/**
 * Takes note of how a call ended, in one stroke: what was committed up to now is not lost sight of, and of a call that was
 * given up meanwhile nothing is noted. A miss that it reports late would else pass for the second look.
 */
type Settle = () => RecordSync;

/** A call that takes longer is given up; should it land after all, the later rewrite mends that. */
const LONGEST_CALL_SECONDS = 30;

/** Keeps one username's KV record in step with its guard, in the background. `RecordSync` holds the rules; here is the I/O. */
export class RecordWriter {
  #sync: RecordSync;
  #revision = 0;
  #running: { since: number } | undefined;
  readonly #store: KVNamespace;
  readonly #source: RecordSource;
  readonly #clock: Clock;

  constructor(store: KVNamespace, source: RecordSource, clock: Clock, known: KnownSync) {
    this.#store = store;
    this.#source = source;
    this.#clock = clock;
    this.#sync = resumed(known, clock());
  }

  /** Something was committed that the record should show. `changesLiveness`: a session ended before its time, or came back after lost storage. */
  touch({ changesLiveness }: { changesLiveness: boolean }): void {
    this.#revision += 1;
    this.#sync = changesLiveness ? livenessChanged(this.#sync, this.#clock()) : changed(this.#sync);
  }

  /** When there is something to do again, epoch seconds; infinity if never. A call that is under way may yet have to be given up. */
  nextAt(): number {
    if (this.#running) return this.#running.since + LONGEST_CALL_SECONDS;
    const step = nextStep(this.#sync, this.#clock());
    if (step.do === 'rest') return Number.POSITIVE_INFINITY;
    return step.do === 'wait' ? step.until : this.#clock();
  }

  /** Whether a run is under way that sees what is committed meanwhile, and writes it too. */
  get isRunning(): boolean {
    return this.#running !== undefined && this.#clock() - this.#running.since < LONGEST_CALL_SECONDS;
  }

  /** Does what is due. `nextAt` then says when to come back. */
  async run(): Promise<void> {
    if (this.isRunning) return;
    const now = this.#clock();
    if (this.#running) this.#sync = failed(this.#sync, now, 'write');
    const run = { since: now };
    this.#running = run;
    try {
      await this.#work(run);
    } finally {
      if (this.#running === run) this.#running = undefined;
    }
  }

  async #work(run: { since: number }): Promise<void> {
    for (;;) {
      const step = nextStep(this.#sync, this.#clock());
      if (step.do === 'rest' || step.do === 'wait') {
        // In this very turn: whoever commits in the next one must find nobody at work, and run himself.
        this.#running = undefined;
        return;
      }
      const settle = await this.#take(step);
      if (this.#running !== run) return;
      this.#sync = settle();
    }
  }

  async #take(step: Extract<SyncStep, { do: 'read' | 'write' }>): Promise<Settle> {
    try {
      return step.do === 'read' ? await this.#read() : await this.#write();
    } catch (error) {
      console.warn(JSON.stringify({ event: 'record_write_failed', step: step.do, error: String(error) }));
      return () => failed(this.#sync, this.#clock(), step.do);
    }
  }

  async #write(): Promise<Settle> {
    const revision = this.#revision;
    const startedAt = this.#clock();
    const record = this.#source.record();
    const { value, ttlSeconds } = formatSessionRecord(record, startedAt);
    const isEmpty = record.sessions.length === 0;
    if (isEmpty) await this.#delete(startedAt);
    else await this.#store.put(this.#source.username, value, { expirationTtl: ttlSeconds });
    const heldUntil = isEmpty ? 0 : startedAt + ttlSeconds;
    return () => {
      this.#source.confirmed(record.highest, heldUntil, ttlSeconds);
      const sync = written(this.#sync, this.#clock(), heldUntil, this.#revision !== revision);
      if (this.#sync.deletingSince !== sync.deletingSince) this.#source.deleting(sync.deletingSince);
      return sync;
    };
  }

  async #delete(now: number): Promise<void> {
    this.#source.deleting(now);
    this.#sync = deleting(this.#sync, now);
    await this.#store.delete(this.#source.username);
  }

  async #read(): Promise<Settle> {
    const value = await this.#store.get(this.#source.username);
    return value === null ? () => this.#missed() : () => this.#found();
  }

  #found(): RecordSync {
    if (this.#sync.missing) this.#source.missing(undefined);
    return found(this.#sync, this.#clock());
  }

  #missed(): RecordSync {
    const { sync, deleted } = missed(this.#sync, this.#clock());
    if (deleted) this.#source.deleted();
    else this.#source.missing(sync.missing);
    return sync;
  }
}
