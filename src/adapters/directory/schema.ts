import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** One row a user. A deleted user leaves the row as a tombstone, so that the name is never given out again. */
export const users = sqliteTable('users', {
  username: text('username').primaryKey(),
  /** PHC string; empty once deleted. */
  passwordHash: text('password_hash').notNull(),
  credentialsVersion: integer('credentials_version').notNull(),
  /** Epoch seconds. */
  createdAt: integer('created_at').notNull(),
  /** Epoch seconds; null while the user exists. */
  deletedAt: integer('deleted_at'),
});
