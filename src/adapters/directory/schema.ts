import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { CREDENTIAL_TYPES } from '../../core/account/credentials.ts';

/** One row a user. A deleted user leaves the row as a tombstone, so that the name is never given out again. */
export const users = sqliteTable('users', {
  username: text('username').primaryKey(),
  /** PHC string; empty once deleted. */
  passwordHash: text('password_hash').notNull(),
  credentialsVersion: integer('credentials_version').notNull(),
  /** Epoch seconds, to the millisecond: two users who have a name one after another differ in it. */
  createdAt: integer('created_at').notNull(),
  /** Epoch seconds; null while the user exists. */
  deletedAt: integer('deleted_at'),
});

/** What users sign in with beside the password. Digest has two rows a user, one a hash function. */
export const credentials = sqliteTable(
  'credentials',
  {
    type: text('type', { enum: CREDENTIAL_TYPES }).notNull(),
    id: text('id').notNull(),
    username: text('username').notNull(),
    /** A JWE. */
    sealed: text('sealed').notNull(),
    /** Epoch seconds. */
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.type, table.id] }),
    index('credentials_by_username').on(table.username),
  ],
);
