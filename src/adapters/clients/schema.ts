import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ClientMetadata } from '../../core/oauth/client.ts';
import type { DeviceAnswer, DeviceRequest } from '../../core/oauth/device-grants.ts';

/** One row an OAuth client. Instants in all tables are epoch seconds; the keys stand in the migrations. */
export const clients = sqliteTable('clients', {
  clientId: text('client_id').primaryKey(),
  metadata: text('metadata', { mode: 'json' }).$type<ClientMetadata>().notNull(),
  secretHash: text('secret_hash'),
  registrationTokenHash: text('registration_token_hash'),
  isTrusted: integer('is_trusted', { mode: 'boolean' }).notNull(),
  isFirstParty: integer('is_first_party', { mode: 'boolean' }).notNull(),
  createdAt: integer('created_at').notNull(),
});

/** What a user has allowed a client. */
export const consents = sqliteTable('consents', {
  username: text('username').notNull(),
  clientId: text('client_id').notNull(),
  scope: text('scope').notNull(),
  grantedAt: integer('granted_at').notNull(),
});

/** The `jti` of assertions, and pushed requests, that were used, until they expire. */
export const clientAssertions = sqliteTable('client_assertions', {
  clientId: text('client_id').notNull(),
  jti: text('jti').notNull(),
  expiresAt: integer('expires_at').notNull(),
});

/** Devices that wait for their user. */
export const deviceGrants = sqliteTable('device_grants', {
  deviceCodeHash: text('device_code_hash').primaryKey(),
  userCode: text('user_code').notNull(),
  clientId: text('client_id').notNull(),
  request: text('request', { mode: 'json' }).$type<DeviceRequest>().notNull(),
  answer: text('answer', { mode: 'json' }).$type<DeviceAnswer>(),
  polledAt: integer('polled_at').notNull(),
  pollSeconds: integer('poll_seconds').notNull(),
  expiresAt: integer('expires_at').notNull(),
});
