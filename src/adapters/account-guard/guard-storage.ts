import type { ReusedSession } from '../../core/account/accounts.ts';
import type { CredentialsChange } from '../../core/account/directory.ts';
import type { Session } from '../../core/account/session.ts';
import type { SessionId } from '../../core/account/session-id.ts';

/** What a guard knows of its user beside the sessions: one row. */
export type Account = {
  username: string;
  /** The highest session number given out. */
  highest: number;
  /** After lost storage: sessions above `from` and below `until` were opened out of our sight and are believed. */
  gap: { from: number; until: number | undefined } | undefined;
  credentialsVersion: number;
  /** When the user was registered who signed in last, epoch seconds; undefined if nobody did since the account was begun. */
  registeredAt?: number;
  /** What KV confirmed: the highest session number it has seen, and until when it should hold the record. */
  recorded: { highest: number; heldUntil: number };
  missing: { since: number; lookAgainAt: number } | undefined;
  /** When a delete of the record began that may not have landed yet. */
  deletingSince: number | undefined;
  /** When a session last ended before its time, or came back after lost storage. */
  livenessChangedAt: number | undefined;
  /** A change of credentials that was begun: it will be finished, whatever happens. */
  intent: CredentialsIntent | undefined;
};

export type CredentialsIntent = CredentialsChange & {
  begunAt: number;
  /** With a new password, the sessions up to a number end, but one; with a deletion, all of them. */
  ending?: { highest: number; keep?: SessionId };
};

export type EndedSession = {
  reason: 'reused' | 'ended';
  forgetAt: number;
  /** What its user may be told about a reuse. */
  found?: Omit<ReusedSession, 'sid'>;
};

/** A code that was redeemed, for as long as it could be presented again. */
export type RedeemedCode = { sid: SessionId; keyHash?: string; forgetAt: number };

/** A client that must be told that its session ended. Instants are epoch seconds. */
export type LogoutNotice = {
  clientId: string;
  issuer: string;
  endedAt: number;
  tries: number;
  dueAt: number;
};

/** The guard's own SQLite storage. A rotation updates one row of one `WITHOUT ROWID` table: one row written. */
export class GuardStorage {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  /** What was read or written last is kept as it is stored: the same user comes again with the same session. */
  #account: Account | undefined;
  #session: Session | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS sessions (sid TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS ended_sessions (sid TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS redeemed_codes (code_id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS logout_notices (sid TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
    `);
  }

  /** Does all of the work or, if it throws, none. */
  transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      this.#account = undefined;
      this.#session = undefined;
      throw error;
    }
  }

  account(): Account | undefined {
    this.#account ??= read<Account>(this.#sql.exec('SELECT state FROM account'));
    return this.#account;
  }

  putAccount(account: Account): void {
    this.#sql.exec(
      'INSERT INTO account (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
      JSON.stringify(account),
    );
    this.#account = account;
  }

  session(sid: SessionId): Session | undefined {
    if (this.#session?.sid !== sid)
      this.#session = read<Session>(this.#sql.exec('SELECT state FROM sessions WHERE sid = ?', sid));
    return this.#session;
  }

  sessions(): Session[] {
    return [...this.#sql.exec('SELECT state FROM sessions ORDER BY sid')].map((row) =>
      JSON.parse(String(row.state)),
    );
  }

  countSessions(): number {
    return Number(this.#sql.exec('SELECT count(*) AS count FROM sessions').one().count);
  }

  putSession(session: Session): void {
    this.#sql.exec(
      'INSERT INTO sessions (sid, state) VALUES (?, ?) ON CONFLICT (sid) DO UPDATE SET state = excluded.state',
      session.sid,
      JSON.stringify(session),
    );
    this.#session = session;
  }

  removeSession(sid: SessionId): void {
    this.#session = undefined;
    this.#sql.exec('DELETE FROM sessions WHERE sid = ?', sid);
  }

  ended(sid: SessionId): EndedSession | undefined {
    return read<EndedSession>(this.#sql.exec('SELECT state FROM ended_sessions WHERE sid = ?', sid));
  }

  allEnded(): { sid: SessionId; ended: EndedSession }[] {
    return [...this.#sql.exec('SELECT sid, state FROM ended_sessions')].map((row) => ({
      sid: String(row.sid),
      ended: JSON.parse(String(row.state)),
    }));
  }

  putEnded(sid: SessionId, ended: EndedSession): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO ended_sessions (sid, state) VALUES (?, ?)',
      sid,
      JSON.stringify(ended),
    );
  }

  /** Nobody is told any more. */
  forgetEnded(): void {
    this.#sql.exec('DELETE FROM ended_sessions');
  }

  removeEnded(sid: SessionId): void {
    this.#sql.exec('DELETE FROM ended_sessions WHERE sid = ?', sid);
  }

  redeemedCode(codeId: string): RedeemedCode | undefined {
    return read<RedeemedCode>(this.#sql.exec('SELECT state FROM redeemed_codes WHERE code_id = ?', codeId));
  }

  putRedeemedCode(codeId: string, code: RedeemedCode): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO redeemed_codes (code_id, state) VALUES (?, ?)',
      codeId,
      JSON.stringify(code),
    );
  }

  forgetRedeemedCodes(now: number): void {
    this.#sql.exec("DELETE FROM redeemed_codes WHERE json_extract(state, '$.forgetAt') <= ?", now);
  }

  notices(): { sid: SessionId; notice: LogoutNotice }[] {
    return [...this.#sql.exec('SELECT sid, state FROM logout_notices')].map((row) => ({
      sid: String(row.sid),
      notice: JSON.parse(String(row.state)),
    }));
  }

  putNotice(sid: SessionId, notice: LogoutNotice): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO logout_notices (sid, state) VALUES (?, ?)',
      sid,
      JSON.stringify(notice),
    );
  }

  removeNotice(sid: SessionId): void {
    this.#sql.exec('DELETE FROM logout_notices WHERE sid = ?', sid);
  }
}

function read<T>(rows: Iterable<Record<string, SqlStorageValue>>): T | undefined {
  for (const row of rows) return JSON.parse(String(row.state)) as T;
  return undefined;
}
