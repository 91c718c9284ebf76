import { DurableObject } from 'cloudflare:workers';
import type { ExchangeVerdict, PasswordVerdict, ProofVerdict, Use } from '../../core/passwords/passwords.ts';
import {
  type Allowance,
  charge,
  forgottenAt,
  REFILL_SECONDS,
  refund,
} from '../../core/passwords/throttle.ts';
import type { Clock } from '../clock.ts';
import { type DeskExchange, Exchanges } from './exchanges.ts';
import { hashPassword, needsRehash, verifyPassword } from './scrypt.ts';

export type DeskAttempt = {
  /** Which allowance the attempt is charged to: a keyed hash, never a name. */
  bucket: string;
  password: string;
  passwordHash: string | undefined;
};

export type DeskProof = {
  bucket: string;
  isRight: boolean;
  isUnguessable?: boolean;
  /** Its `id` is a keyed hash too. */
  use: Use | undefined;
};

export type DeskExchangeProof = { sid: string; nonce: number; isRight: boolean };

/** One alarm forgets what came to its end since the last one: guesses at many names would set one each. */
const FORGETTING_SECONDS = 60;
/** `forgottenAt`, of a row. */
const FORGOTTEN_AT = `at + spent * ${REFILL_SECONDS}`;

/**
 * Hashes passwords and counts guesses, away from the guards: scrypt holds up everything else in its object.
 * An attempt is charged before it is hashed, so that a thousand at once get no more guesses than one after another.
 */
export class PasswordDesk<Env> extends DurableObject<Env> {
  readonly #clock: Clock;
  readonly #exchanges: Exchanges;

  constructor(ctx: DurableObjectState, env: Env, clock: Clock) {
    super(ctx, env);
    this.#clock = clock;
    ctx.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS attempts (bucket TEXT PRIMARY KEY, spent REAL NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS uses (id TEXT PRIMARY KEY, count INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
    `);
    this.#exchanges = new Exchanges(ctx.storage.sql);
  }

  async check(attempt: DeskAttempt): Promise<PasswordVerdict> {
    const now = this.#clock();
    const charged = charge(this.#allowance(attempt.bucket), now);
    if (!charged.ok) return { kind: 'throttled', retryAfterSeconds: charged.retryAfterSeconds };
    this.#keep(attempt.bucket, charged.allowance);
    const right = verifyPassword(attempt.password, attempt.passwordHash);
    if (right) this.#keep(attempt.bucket, refund(charged.allowance, this.#clock()));
    await this.#wakeAfter(forgottenAt(charged.allowance));
    return right
      ? { kind: 'right', needsRehash: needsRehash(attempt.passwordHash ?? '') }
      : { kind: 'wrong' };
  }

  /**
   * Counts an attempt whose proof was computed elsewhere. While guesses are held up, a right proof is too, so nobody learns
   * that it was right, unless it is one that can't be guessed; only a right one, which a stranger has not, leaves something to keep.
   */
  async settle({ bucket, isRight, isUnguessable, use }: DeskProof): Promise<ProofVerdict> {
    const charged = charge(this.#allowance(bucket), this.#clock());
    if (!charged.ok && !(isRight && isUnguessable))
      return { kind: 'throttled', retryAfterSeconds: charged.retryAfterSeconds };
    if (charged.ok && !isRight) {
      this.#keep(bucket, charged.allowance);
      await this.#wakeAfter(forgottenAt(charged.allowance));
      return { kind: 'wrong' };
    }
    if (!use) return { kind: 'right' };
    const isUnused = this.#use(use);
    await this.#wakeAfter(use.until);
    return { kind: isUnused ? 'right' : 'replayed' };
  }

  async openExchange(exchange: DeskExchange): Promise<void> {
    this.#exchanges.open(exchange);
    await this.#wakeAfter(exchange.until);
  }

  async readExchange(sid: string): Promise<string | undefined> {
    return this.#exchanges.read(sid, this.#clock())?.sealed;
  }

  /** Settles the proof of a session: its nonce number first, then as any other proof. */
  async settleExchange({ sid, nonce, isRight }: DeskExchangeProof): Promise<ExchangeVerdict> {
    const session = this.#exchanges.read(sid, this.#clock());
    // A stranger who knows the session's id uses up none of its numbers.
    if (!session || !this.#exchanges.take(sid, nonce, isRight)) return { kind: 'stale' };
    const verdict = await this.settle({ bucket: session.bucket, isRight, use: undefined });
    if (verdict.kind === 'right') this.#exchanges.prove(sid);
    else this.#exchanges.fail(sid);
    return verdict.kind === 'replayed' ? { kind: 'stale' } : verdict;
  }

  async hash(password: string): Promise<string> {
    return hashPassword(password);
  }

  /** Forgets the allowances that are whole again, and what could not be used any more. */
  override async alarm(): Promise<void> {
    const now = this.#clock();
    const { sql } = this.ctx.storage;
    sql.exec('DELETE FROM uses WHERE until <= ?', now);
    sql.exec(`DELETE FROM attempts WHERE ${FORGOTTEN_AT} <= ?`, now);
    const nexts = [
      sql.exec('SELECT min(until) AS next FROM uses').one().next,
      sql.exec(`SELECT min(${FORGOTTEN_AT}) AS next FROM attempts`).one().next,
    ];
    const next = Math.min(
      this.#exchanges.prune(now),
      ...nexts.map((at) => Number(at ?? Number.POSITIVE_INFINITY)),
    );
    if (Number.isFinite(next)) await this.#wakeAfter(next);
  }

  async #wakeAfter(at: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    const due = Math.ceil(at / FORGETTING_SECONDS) * FORGETTING_SECONDS * 1_000;
    if (alarm === null || due < alarm) await this.ctx.storage.setAlarm(due);
  }

  /** @returns false if it was used with this count or a higher one before, or may have been and is forgotten */
  #use({ id, count, until }: Use): boolean {
    if (until <= this.#clock()) return false;
    const { sql } = this.ctx.storage;
    const [used] = sql.exec('SELECT count FROM uses WHERE id = ?', id);
    if (used && Number(used.count) >= count) return false;
    sql.exec('INSERT OR REPLACE INTO uses (id, count, until) VALUES (?, ?, ?)', id, count, until);
    return true;
  }

  #allowance(bucket: string): Allowance | undefined {
    const [row] = this.ctx.storage.sql.exec('SELECT spent, at FROM attempts WHERE bucket = ?', bucket);
    return row && { spent: Number(row.spent), at: Number(row.at) };
  }

  #keep(bucket: string, { spent, at }: Allowance): void {
    this.ctx.storage.sql.exec(
      'INSERT INTO attempts (bucket, spent, at) VALUES (?, ?, ?) ON CONFLICT (bucket) DO UPDATE SET spent = excluded.spent, at = excluded.at',
      bucket,
      spent,
      at,
    );
  }
}
