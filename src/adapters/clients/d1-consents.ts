import { and, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Consents } from '../../core/oauth/consents.ts';
import { formatScope } from '../../core/oauth/scope.ts';
import { ask } from '../directory/ask.ts';
import { consents } from './schema.ts';

/** What users have allowed clients, on D1. */
export function createConsents(database: D1Database): Consents {
  const db = drizzle(database);
  const of = (username: string, clientId: string) =>
    and(eq(consents.username, username), eq(consents.clientId, clientId));
  const find = async (username: string, clientId: string) => {
    const query = db.select({ scope: consents.scope }).from(consents).where(of(username, clientId));
    const [row] = await ask(query.limit(1));
    return row?.scope;
  };
  return {
    find,
    async list(username) {
      const { clientId, scope, grantedAt } = consents;
      const columns = { clientId, scope, grantedAt };
      return ask(db.select(columns).from(consents).where(eq(consents.username, username)));
    },
    async remove(username, clientId) {
      const id = { clientId: consents.clientId };
      return (await ask(db.delete(consents).where(of(username, clientId)).returning(id))).length > 0;
    },
    async keep(username, clientId, scope, now) {
      const before = (await find(username, clientId)) ?? '';
      const all = new Set([...before.split(' '), ...scope.split(' ')].filter(Boolean));
      const row = { scope: formatScope([...all]), grantedAt: Math.floor(now) };
      const target = [consents.username, consents.clientId];
      const insert = db.insert(consents).values({ username, clientId, ...row });
      await ask(insert.onConflictDoUpdate({ target, set: row }));
    },
  };
}
