import { DurableObject } from 'cloudflare:workers';
import type { StatusListContent } from '../../core/status/status-list.ts';
import type { Clock } from '../clock.ts';

/** Indices are handed out and taken back in blocks: a row is kept for a block, not for a session. */
export const BLOCK_SIZE = 1_024;
export const MOST_BLOCKS = 1_024;

/**
 * One status list: which of its bits are taken, and which are set. A sign-in writes one row here, the end of a session
 * another; a refresh none. `until`, `heldUntil`: epoch seconds.
 */
export class StatusShard<Env> extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #clock: Clock;

  constructor(ctx: DurableObjectState, env: Env, clock: Clock) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#clock = clock;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS blocks (block INTEGER PRIMARY KEY, used INTEGER NOT NULL, held_until INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS revoked (bit INTEGER PRIMARY KEY, until INTEGER NOT NULL);
    `);
  }

  /** @returns an index that nobody else gets before `heldUntil`, or `full` */
  allocate(heldUntil: number): number | 'full' {
    const now = this.#clock();
    const block = this.#openBlock() ?? this.#freeBlock(now) ?? this.#newBlock();
    if (block === undefined) return 'full';
    const { used } = this.#sql
      .exec<{ used: number }>(
        'UPDATE blocks SET used = used + 1, held_until = max(held_until, ?) WHERE block = ? RETURNING used',
        Math.ceil(heldUntil),
        block,
      )
      .one();
    return block * BLOCK_SIZE + used - 1;
  }

  /** Sets bits; each stands until its own `until`. */
  revoke(revocations: readonly { index: number; until: number }[]): void {
    const now = this.#clock();
    this.ctx.storage.transactionSync(() => {
      this.#sql.exec('DELETE FROM revoked WHERE until <= ?', now);
      for (const { index, until } of revocations) {
        this.#sql.exec(
          'INSERT INTO revoked (bit, until) VALUES (?, ?) ON CONFLICT (bit) DO UPDATE SET until = max(until, excluded.until)',
          index,
          Math.ceil(until),
        );
      }
    });
  }

  list(): StatusListContent {
    const { blocks } = this.#sql.exec<{ blocks: number }>('SELECT count(*) AS blocks FROM blocks').one();
    const revoked = this.#sql
      .exec<{ bit: number }>('SELECT bit FROM revoked WHERE until > ?', this.#clock())
      .toArray();
    return { size: blocks * BLOCK_SIZE, revoked: revoked.map(({ bit }) => bit) };
  }

  #openBlock(): number | undefined {
    return this.#first('SELECT block FROM blocks WHERE used < ? LIMIT 1', BLOCK_SIZE);
  }

  /** All that a block covered is dead: it begins anew. */
  #freeBlock(now: number): number | undefined {
    const block = this.#first('SELECT block FROM blocks WHERE held_until <= ? LIMIT 1', now);
    if (block === undefined) return undefined;
    this.ctx.storage.transactionSync(() => {
      const begin = block * BLOCK_SIZE;
      this.#sql.exec('DELETE FROM revoked WHERE bit >= ? AND bit < ?', begin, begin + BLOCK_SIZE);
      this.#sql.exec('UPDATE blocks SET used = 0 WHERE block = ?', block);
    });
    return block;
  }

  #newBlock(): number | undefined {
    const { blocks } = this.#sql.exec<{ blocks: number }>('SELECT count(*) AS blocks FROM blocks').one();
    if (blocks >= MOST_BLOCKS) return undefined;
    this.#sql.exec('INSERT INTO blocks (block, used, held_until) VALUES (?, 0, 0)', blocks);
    return blocks;
  }

  #first(query: string, value: number): number | undefined {
    for (const { block } of this.#sql.exec<{ block: number }>(query, value)) return block;
    return undefined;
  }
}
