import { and, eq, isNull, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Directory } from '../../core/account/directory.ts';
import { users } from './schema.ts';

/** The user directory on D1. */
export function createDirectory(database: D1Database): Directory {
  const db = drizzle(database);
  const living = (username: string) => and(eq(users.username, username), isNull(users.deletedAt));
  return {
    async find(username) {
      const [user] = await db.select().from(users).where(living(username)).limit(1);
      return (
        user && {
          username: user.username,
          passwordHash: user.passwordHash,
          credentialsVersion: user.credentialsVersion,
        }
      );
    },
    async isTaken(username) {
      const rows = await db
        .select({ username: users.username })
        .from(users)
        .where(eq(users.username, username))
        .limit(1);
      return rows.length > 0;
    },
    async add(username, passwordHash, now) {
      const added = await db
        .insert(users)
        .values({ username, passwordHash, credentialsVersion: 1, createdAt: Math.floor(now) })
        .onConflictDoNothing()
        .returning({ username: users.username });
      return added.length > 0;
    },
    async setPassword(username, passwordHash, credentialsVersion) {
      await db
        .update(users)
        .set({ passwordHash, credentialsVersion })
        .where(and(living(username), lt(users.credentialsVersion, credentialsVersion)));
    },
    async rehash(username, oldHash, newHash) {
      await db
        .update(users)
        .set({ passwordHash: newHash })
        .where(and(living(username), eq(users.passwordHash, oldHash)));
    },
  };
}
