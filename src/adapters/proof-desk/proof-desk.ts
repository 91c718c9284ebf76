import { DurableObject } from 'cloudflare:workers';
import type { ProofVerdict } from '../../core/dpop/used-proofs.ts';
import type { Clock } from '../clock.ts';

export type DeskProof = {
  thumbprint: string;
  /** A hash of the proof's `jti`, so that all are of one size. */
  jti: string;
  /** Epoch seconds. */
  until: number;
};

/** What is remembered of one key: a proof is forgotten after minutes, so this is more than ten a second. */
export const MOST_PROOFS = 4_096;
/** One alarm forgets what came to its end since the last one; one a proof would cost more than the proof. */
const FORGETTING_SECONDS = 300;

/** Remembers DPoP proofs, so that each counts once. A proof writes one row. @see RFC 9449 section 11.1 */
export class ProofDesk<Env> extends DurableObject<Env> {
  readonly #clock: Clock;
  /** By key, as far as they were counted since the last alarm. */
  readonly #counts = new Map<string, number>();

  constructor(ctx: DurableObjectState, env: Env, clock: Clock) {
    super(ctx, env);
    this.#clock = clock;
    ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS proofs (thumbprint TEXT, jti TEXT, until REAL NOT NULL, PRIMARY KEY (thumbprint, jti)) WITHOUT ROWID',
    );
  }

  async use({ thumbprint, jti, until }: DeskProof): Promise<ProofVerdict> {
    // It was held up on its way, and what was as old is forgotten.
    if (until <= this.#clock()) return 'replayed';
    const { sql } = this.ctx.storage;
    const [used] = sql.exec('SELECT until FROM proofs WHERE thumbprint = ? AND jti = ?', thumbprint, jti);
    if (used) return 'replayed';
    const count = this.#counts.get(thumbprint) ?? this.#count(thumbprint);
    // To forget one sooner would let it count again.
    if (count >= MOST_PROOFS) return 'too_many';
    sql.exec('INSERT INTO proofs (thumbprint, jti, until) VALUES (?, ?, ?)', thumbprint, jti, until);
    this.#counts.set(thumbprint, count + 1);
    await this.#wakeAfter(until);
    return 'first';
  }

  override async alarm(): Promise<void> {
    const { sql } = this.ctx.storage;
    sql.exec('DELETE FROM proofs WHERE until <= ?', this.#clock());
    this.#counts.clear();
    const { next } = sql.exec('SELECT min(until) AS next FROM proofs').one();
    if (next !== null) await this.#wakeAfter(Number(next));
  }

  #count(thumbprint: string): number {
    const { sql } = this.ctx.storage;
    return Number(
      sql.exec('SELECT count(*) AS count FROM proofs WHERE thumbprint = ?', thumbprint).one().count,
    );
  }

  async #wakeAfter(until: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm(Math.ceil(until / FORGETTING_SECONDS) * FORGETTING_SECONDS * 1_000);
  }
}
