import { DurableObject } from 'cloudflare:workers';
import type { PasswordVerdict } from '../../core/passwords/passwords.ts';
import { type Allowance, charge, forgottenAt, refund } from '../../core/passwords/throttle.ts';
import type { Clock } from '../clock.ts';
import { hashPassword, needsRehash, verifyPassword } from './scrypt.ts';

export type DeskAttempt = {
  /** Which allowance the attempt is charged to: a keyed hash, never a name. */
  bucket: string;
  password: string;
  passwordHash: string | undefined;
};

/**
 * Hashes passwords and counts guesses, away from the guards: scrypt holds up everything else in its object.
 * An attempt is charged before it is hashed, so that a thousand at once get no more guesses than one after another.
 */
export class PasswordDesk<Env> extends DurableObject<Env> {
  readonly #clock: Clock;

  constructor(ctx: DurableObjectState, env: Env, clock: Clock) {
    super(ctx, env);
    this.#clock = clock;
    ctx.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS attempts (bucket TEXT PRIMARY KEY, spent REAL NOT NULL, at REAL NOT NULL) WITHOUT ROWID
    `);
  }

  async check(attempt: DeskAttempt): Promise<PasswordVerdict> {
    const now = this.#clock();
    const charged = charge(this.#allowance(attempt.bucket), now);
    if (!charged.ok) return { kind: 'throttled', retryAfterSeconds: charged.retryAfterSeconds };
    this.#keep(attempt.bucket, charged.allowance);
    const right = verifyPassword(attempt.password, attempt.passwordHash);
    if (right) this.#keep(attempt.bucket, refund(charged.allowance, this.#clock()));
    if ((await this.ctx.storage.getAlarm()) === null) await this.#setAlarm(charged.allowance);
    return right
      ? { kind: 'right', needsRehash: needsRehash(attempt.passwordHash ?? '') }
      : { kind: 'wrong' };
  }

  async hash(password: string): Promise<string> {
    return hashPassword(password);
  }

  /** Forgets the allowances that are whole again. */
  override async alarm(): Promise<void> {
    const now = this.#clock();
    let next: Allowance | undefined;
    for (const { bucket, allowance } of this.#allowances()) {
      if (forgottenAt(allowance) <= now)
        this.ctx.storage.sql.exec('DELETE FROM attempts WHERE bucket = ?', bucket);
      else if (!next || forgottenAt(allowance) < forgottenAt(next)) next = allowance;
    }
    if (next) await this.#setAlarm(next);
  }

  #setAlarm(allowance: Allowance): Promise<void> {
    return this.ctx.storage.setAlarm(Math.ceil(forgottenAt(allowance) * 1_000));
  }

  #allowance(bucket: string): Allowance | undefined {
    const [row] = this.ctx.storage.sql.exec('SELECT spent, at FROM attempts WHERE bucket = ?', bucket);
    return row && { spent: Number(row.spent), at: Number(row.at) };
  }

  #allowances(): { bucket: string; allowance: Allowance }[] {
    return [...this.ctx.storage.sql.exec('SELECT bucket, spent, at FROM attempts')].map((row) => ({
      bucket: String(row.bucket),
      allowance: { spent: Number(row.spent), at: Number(row.at) },
    }));
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
