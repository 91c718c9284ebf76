import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { consents } from '../clients/schema.ts';
import { credentials, users } from './schema.ts';

/** Whether a name is a deleted user's, in a statement about another table. */
export function isDeleted(username: string) {
  const tombstone = and(eq(users.username, username), isNotNull(users.deletedAt));
  return sql`EXISTS (SELECT 1 FROM ${users} WHERE ${tombstone})`;
}

/** The statements behind the update of a deleted user's row, in one transaction with it: nothing goes while the user is there. */
export function deletions(db: DrizzleD1Database, username: string) {
  return [credentials, consents].map((table) =>
    db.delete(table).where(and(eq(table.username, username), isDeleted(username))),
  );
}
