import { and, eq, isNull, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Directory } from '../../core/account/directory.ts';
import { ask } from './ask.ts';
import { credentialChanges } from './d1-credentials.ts';
import { deletions } from './deletions.ts';
import { users } from './schema.ts';

/**
 * The user directory on D1.
 *
 * @returns methods that throw `Unavailable` where D1 fails
 */
export function createDirectory(database: D1Database): Directory {
  const db = drizzle(database);
  const named = (username: string) => eq(users.username, username);
  const living = (username: string) => and(named(username), isNull(users.deletedAt));
  const { passwordHash, credentialsVersion, createdAt: registeredAt } = users;
  const columns = { username: users.username, passwordHash, credentialsVersion, registeredAt };
  return {
    async find(username) {
      const [user] = await ask(db.select(columns).from(users).where(living(username)).limit(1));
      return user;
    },
    async isTaken(username) {
      const taken = { username: users.username };
      return (await ask(db.select(taken).from(users).where(named(username)).limit(1))).length > 0;
    },
    async add(username, hash, now) {
      const version = Math.floor(now * 1_000);
      const row = { username, passwordHash: hash, credentialsVersion: version, createdAt: now };
      const [user] = await ask(db.insert(users).values(row).onConflictDoNothing().returning(columns));
      return user;
    },
    async changeCredentials(username, change) {
      const { credentialsVersion: version, deletedAt } = change;
      const isNewer = and(living(username), lt(credentialsVersion, version));
      const next = {
        credentialsVersion: version,
        ...(change.passwordHash !== undefined && { passwordHash: change.passwordHash }),
        ...(deletedAt !== undefined && { passwordHash: '', deletedAt }),
      };
      const behind =
        deletedAt === undefined ? credentialChanges(db, username, change) : deletions(db, username);
      await ask(db.batch([db.update(users).set(next).where(isNewer), ...behind]));
    },
    async rehash(username, oldHash, newHash) {
      const stands = and(living(username), eq(passwordHash, oldHash));
      await ask(db.update(users).set({ passwordHash: newHash }).where(stands));
    },
  };
}
