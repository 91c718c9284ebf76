import type { Session } from '../../core/account/session.ts';
import type { SessionId } from '../../core/account/session-id.ts';
import type { Revocation, StatusIndex, StatusList } from '../../core/status/status-list.ts';
import type { Clock } from '../clock.ts';

/** A session, or what is known of one that is only believed. */
type Ending = { sid: SessionId; status?: StatusIndex | undefined } & Partial<
  Pick<Session, 'lastUsedAt' | 'restored' | 'tokensUntil'>
>;

/**
 * The sessions that ended here and whose bit in the status list is not known to be set. A row is committed together with the
 * end, and goes when the bit is set: before the end is answered, or else by the guard's alarm.
 */
export class RevocationOutbox {
  readonly #sql: SqlStorage;
  readonly #statusList: StatusList;
  readonly #clock: Clock;
  /** As far as it is known: each rotation asks. */
  #isEmpty: boolean | undefined;

  constructor(sql: SqlStorage, statusList: StatusList, clock: Clock) {
    this.#sql = sql;
    this.#statusList = statusList;
    this.#clock = clock;
    sql.exec(
      'CREATE TABLE IF NOT EXISTS revocations (sid TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID',
    );
  }

  /** Notes that a session has ended. One from before there were status lists has no bit. */
  add({ sid, status, lastUsedAt, restored, tokensUntil }: Ending): void {
    if (!status) return;
    // What a session did that was restored, or is only believed, was out of our sight.
    const mintedAt = restored || lastUsedAt === undefined ? Math.floor(this.#clock()) : lastUsedAt;
    const revocation: Revocation = { ...status, mintedAt, tokensUntil };
    this.#isEmpty = false;
    this.#sql.exec(
      'INSERT OR REPLACE INTO revocations (sid, state) VALUES (?, ?)',
      sid,
      JSON.stringify(revocation),
    );
  }

  get isEmpty(): boolean {
    this.#isEmpty ??= this.#sql.exec('SELECT 1 FROM revocations LIMIT 1').toArray().length === 0;
    return this.#isEmpty;
  }

  /** Sets the bits. It throws if it can't, and then the rows stay. */
  async flush(): Promise<void> {
    const rows = this.#sql
      .exec<{ sid: SessionId; state: string }>('SELECT sid, state FROM revocations')
      .toArray();
    if (rows.length === 0) return;
    await this.#statusList.revoke(rows.map(({ state }) => JSON.parse(state)));
    for (const { sid } of rows) this.#sql.exec('DELETE FROM revocations WHERE sid = ?', sid);
    // Others may have come while these were on their way.
    this.#isEmpty = undefined;
  }
}
