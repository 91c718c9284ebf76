import { DurableObject } from 'cloudflare:workers';
import floor from './floor.ts';

type Env = { REFRESH_TOKENS: KVNamespace; ACCOUNT_GUARD: DurableObjectNamespace<AccountGuard> };

/**
 * What no issuer can undercut that has edgemint's bindings and one Durable Object a user: the object writes one row a refresh,
 * looks into KV when it is new and puts the record there behind its answer. No token is opened, nothing is decided.
 */
export class AccountGuard extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql;
  #recordedAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql.exec('CREATE TABLE IF NOT EXISTS session (id INTEGER PRIMARY KEY, state TEXT NOT NULL)');
  }

  rotate(user: string): void {
    this.#sql.exec('INSERT OR REPLACE INTO session (id, state) VALUES (1, ?)', 'x'.repeat(300));
    // KV takes one write a second for a key.
    if (Date.now() >= this.#recordedAt + 1_000) this.ctx.waitUntil(this.#record(user));
  }

  async #record(user: string): Promise<void> {
    const isNew = this.#recordedAt === 0;
    this.#recordedAt = Date.now();
    if (isNew) await this.env.REFRESH_TOKENS.get(user);
    await this.env.REFRESH_TOKENS.put(user, 'x'.repeat(300));
  }
}

export class PasswordDesk extends DurableObject {}
export class ProofDesk extends DurableObject {}
export class StatusShard extends DurableObject {}

export default {
  fetch: (request, { ACCOUNT_GUARD: guards }) =>
    floor.fetch(request, {
      STORE: { get: async () => null, put: async (user) => guards.getByName(user).rotate(user) },
    }),
} satisfies ExportedHandler<Env>;
