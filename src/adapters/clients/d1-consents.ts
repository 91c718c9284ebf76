import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Consents } from '../../core/oauth/consents.ts';
import { ask } from '../directory/ask.ts';
import { isDeleted } from '../directory/deletions.ts';
import { consents } from './schema.ts';

/**
 * What was allowed before and what is allowed now, each scope once, put together by the very statement that writes: two tabs
 * lose nothing of one another, and what was taken back meanwhile stays so. No scope has a character that JSON would escape.
 */
const MERGED = sql.raw(`(
  select coalesce(group_concat(value, ' '), '') from (
    select value from json_each('["' || replace(consents.scope || ' ' || excluded.scope, ' ', '","') || '"]')
    where value <> '' group by value order by min(key)
  )
)`);

/** What users have allowed clients, on D1. */
export function createConsents(database: D1Database): Consents {
  const db = drizzle(database);
  const of = (username: string, clientId: string) =>
    and(eq(consents.username, username), eq(consents.clientId, clientId));
  return {
    async find(username, clientId) {
      const query = db.select({ scope: consents.scope }).from(consents).where(of(username, clientId));
      const [row] = await ask(query.limit(1));
      return row?.scope;
    },
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
      const grantedAt = Math.floor(now);
      const target = [consents.username, consents.clientId];
      // A page may still be answered while its user is deleted: nothing comes after the tombstone.
      const insert = db
        .insert(consents)
        .select(
          sql`SELECT ${username}, ${clientId}, ${scope}, ${grantedAt} WHERE NOT ${isDeleted(username)}`,
        );
      await ask(insert.onConflictDoUpdate({ target, set: { scope: MERGED, grantedAt } }));
    },
  };
}
