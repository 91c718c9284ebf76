import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { CredentialName, Credentials } from '../../core/account/credentials.ts';
import type { CredentialsChange } from '../../core/account/directory.ts';
import { ask } from './ask.ts';
import { credentials, users } from './schema.ts';

/**
 * Everybody's credentials on D1.
 *
 * @returns methods that throw `Unavailable` where D1 fails
 */
export function createCredentials(database: D1Database): Credentials {
  const db = drizzle(database);
  const { type, id, username, sealed, createdAt } = credentials;
  const columns = { type, id, username, sealed, createdAt };
  return {
    async find(name) {
      const owner = and(eq(users.username, username), isNull(users.deletedAt));
      const [found] = await ask(
        db
          .select({ ...columns, credentialsVersion: users.credentialsVersion, registeredAt: users.createdAt })
          .from(credentials)
          .innerJoin(users, owner)
          .where(named(name))
          .limit(1),
      );
      return found;
    },
    async list(name) {
      return ask(db.select(columns).from(credentials).where(eq(username, name)).orderBy(createdAt, type, id));
    },
    async listAfter(last, limit) {
      const behind = last && or(gt(type, last.type), and(eq(type, last.type), gt(id, last.id)));
      return ask(db.select(columns).from(credentials).where(behind).orderBy(type, id).limit(limit));
    },
    async reseal(credential, next) {
      const stands = and(named(credential), eq(sealed, credential.sealed));
      await ask(db.update(credentials).set({ sealed: next }).where(stands));
    },
  };
}

function named({ type, id }: CredentialName) {
  return and(eq(credentials.type, type), eq(credentials.id, id));
}

/** The statements behind the update of the user's row, in one transaction with it: they act where the change's version stands. */
export function credentialChanges(db: DrizzleD1Database, username: string, change: CredentialsChange) {
  const stands = sql`EXISTS (SELECT 1 FROM ${users} WHERE ${users.username} = ${username}
    AND ${users.deletedAt} IS NULL AND ${users.credentialsVersion} = ${change.credentialsVersion})`;
  return [
    ...(change.remove ?? []).map((name) =>
      db.delete(credentials).where(and(named(name), eq(credentials.username, username), stands)),
    ),
    ...(change.put ?? []).map(({ type, id, sealed, createdAt }) =>
      db
        .insert(credentials)
        .select(sql`SELECT ${type}, ${id}, ${username}, ${sealed}, ${createdAt} WHERE ${stands}`)
        .onConflictDoUpdate({
          target: [credentials.type, credentials.id],
          set: { sealed: sql`excluded.sealed`, createdAt: sql`excluded.created_at` },
          setWhere: eq(credentials.username, username),
        }),
    ),
  ];
}
