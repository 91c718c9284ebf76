import { type NonceWindow, takeNonce, UNUSED_NONCES } from '../../core/passwords/nonce-window.ts';

/** A key exchange of the Mutual scheme, and the session that comes of it. */
export type DeskExchange = {
  sid: string;
  /** Whose it is: the bucket of its user's guesses, a keyed hash. */
  bucket: string;
  /** What the scheme must know, encrypted elsewhere. */
  sealed: string;
  /** Epoch seconds. */
  until: number;
};

/** Enough for all the programs of one user; beyond them the oldest goes, an unproven one first. */
const MOST_FOR_A_BUCKET = 32;
/** Exchanges that nobody has proven yet, of all users of a desk. */
const MOST_UNPROVEN = 2_048;

/** The table of sessions that RFC 8120 section 11 asks for. A stranger can fill it up to its bounds, and no further. */
export class Exchanges {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS exchanges (
        sid TEXT PRIMARY KEY, bucket TEXT NOT NULL, sealed TEXT NOT NULL, until REAL NOT NULL,
        proven INTEGER NOT NULL, largest INTEGER NOT NULL, seen TEXT NOT NULL
      ) WITHOUT ROWID
    `);
  }

  open({ sid, bucket, sealed, until }: DeskExchange): void {
    this.#sql.exec(
      `DELETE FROM exchanges WHERE sid IN (
        SELECT sid FROM exchanges WHERE bucket = ? ORDER BY proven DESC, until DESC LIMIT -1 OFFSET ?)`,
      ...[bucket, MOST_FOR_A_BUCKET - 1],
    );
    this.#sql.exec(
      `DELETE FROM exchanges WHERE sid IN (
        SELECT sid FROM exchanges WHERE proven = 0 ORDER BY until DESC LIMIT -1 OFFSET ?)`,
      MOST_UNPROVEN - 1,
    );
    const { largest, seen } = UNUSED_NONCES;
    this.#sql.exec(
      'INSERT INTO exchanges (sid, bucket, sealed, until, proven, largest, seen) VALUES (?, ?, ?, ?, 0, ?, ?)',
      ...[sid, bucket, sealed, until, largest, seen],
    );
  }

  /** @returns what was sealed, and whose it is */
  read(sid: string, now: number): { bucket: string; sealed: string } | undefined {
    const [row] = this.#sql.exec(
      'SELECT bucket, sealed FROM exchanges WHERE sid = ? AND until > ?',
      sid,
      now,
    );
    return row && { bucket: String(row.bucket), sealed: String(row.sealed) };
  }

  /** Takes a nonce number of a session, or only looks; one that can't be taken ends it. @returns whether it can */
  take(sid: string, nonce: number, isForGood: boolean): boolean {
    const [row] = this.#sql.exec('SELECT largest, seen FROM exchanges WHERE sid = ?', sid);
    const window: NonceWindow | undefined = row && { largest: Number(row.largest), seen: String(row.seen) };
    const next = window && takeNonce(window, nonce);
    if (!next) this.#sql.exec('DELETE FROM exchanges WHERE sid = ?', sid);
    else if (isForGood)
      this.#sql.exec(
        'UPDATE exchanges SET largest = ?, seen = ? WHERE sid = ?',
        next.largest,
        next.seen,
        sid,
      );
    return next !== undefined;
  }

  prove(sid: string): void {
    this.#sql.exec('UPDATE exchanges SET proven = 1 WHERE sid = ?', sid);
  }

  /** A wrong proof ends an exchange, so that each one is good for one guess; a session that was proven goes on. */
  fail(sid: string): void {
    this.#sql.exec('DELETE FROM exchanges WHERE sid = ? AND proven = 0', sid);
  }

  /** Forgets what is over. @returns when the next one is, epoch seconds; infinity if there is none */
  prune(now: number): number {
    this.#sql.exec('DELETE FROM exchanges WHERE until <= ?', now);
    const { next } = this.#sql.exec('SELECT min(until) AS next FROM exchanges').one();
    return next === null ? Number.POSITIVE_INFINITY : Number(next);
  }
}
