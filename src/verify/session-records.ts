import { parseSessionNumber } from '../core/account/session-id.ts';
import { Memory } from '../core/memory.ts';
import type { Claims } from './claims.ts';
import { type Copy, type KeepAlive, Kept } from './kept.ts';
import type { OnStale, Standing } from './status-lists.ts';

/** The issuer's KV namespace `REFRESH_TOKENS`, as far as it is read here: a user's record by the username. */
export type SessionRecords = { get(username: string): Promise<string | null> };

export type RecordedSessionsOptions = {
  records: SessionRecords;
  onStale: OnStale;
  report(fault: unknown): void;
};

/** Of a user's record: the live sessions, and the highest number given out. */
type Recorded = 'none' | { highest: number; live: ReadonlySet<string> };

const REMEMBERED_USERS = 4_096;
const KEPT_SECONDS = 10;
/** While KV doesn't answer. */
const USABLE_SECONDS = 30;
/** How long an edge may go on saying that there is no record, after the first sign-in wrote one. */
const SETTLING_SECONDS = 120;

/**
 * Looks a token's session up in its user's record: what a Worker of the issuer's account can do instead of reading status lists.
 * KV's answer may be 60 s old or more, and a copy of it is used for 10 s, or 30 s while KV doesn't answer.
 */
export class RecordedSessions {
  readonly #options: RecordedSessionsOptions;
  readonly #users = new Memory<Kept<Recorded>>(REMEMBERED_USERS);

  constructor(options: RecordedSessionsOptions) {
    this.#options = options;
  }

  /** @returns what the user's record says of the token's session; one that belongs to none ends by its `exp` */
  check({ sub, sid }: Claims, now: number, keepAlive: KeepAlive): Standing | Promise<Standing> {
    if (sid === undefined) return 'valid';
    const record = this.#recordOf(sub).get(now, keepAlive);
    const judge = (recorded: Recorded | undefined) => this.#judge(recorded, sid, now);
    return record instanceof Promise ? record.then(judge) : judge(record);
  }

  #judge(record: Recorded | undefined, sid: string, now: number): Standing {
    const number = parseSessionNumber(sid);
    if (number === undefined) return 'malformed';
    if (!record) return this.#options.onStale === 'accept' ? 'valid' : 'status_unknown';
    // A number is no lower than the second in which its session was opened.
    if (record === 'none') return number > now - SETTLING_SECONDS ? 'valid' : 'revoked';
    return record.live.has(sid) || number > record.highest ? 'valid' : 'revoked';
  }

  #recordOf(username: string): Kept<Recorded> {
    const known = this.#users.get(username);
    if (known) return known;
    const { report, onStale } = this.#options;
    const isOptional = onStale === 'accept';
    const record = new Kept({ load: (now) => this.#load(username, now), report, isOptional });
    this.#users.set(username, record);
    return record;
  }

  async #load(username: string, now: number): Promise<Copy<Recorded>> {
    const { records, onStale } = this.#options;
    const text = await records.get(username);
    return {
      value: text === null ? 'none' : readRecord(JSON.parse(text)),
      freshUntil: now + KEPT_SECONDS,
      graceUntil: now + KEPT_SECONDS,
      usableUntil: onStale === 'accept' ? Number.POSITIVE_INFINITY : now + USABLE_SECONDS,
    };
  }
}

/** @throws if it is no record of a version that is known here */
function readRecord(record: { v?: unknown; highest?: unknown; sessions?: unknown }): Recorded {
  const { v, highest, sessions } = record;
  if (v !== 1 || typeof highest !== 'number' || !Array.isArray(sessions))
    throw new Error('The record is of another version');
  return { highest, live: new Set(sessions.map(({ sid }) => sid)) };
}
