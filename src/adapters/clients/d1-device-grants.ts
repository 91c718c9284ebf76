import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { DeviceGrant, DeviceGrants } from '../../core/oauth/device-grants.ts';
import { ask } from '../directory/ask.ts';
import { deviceGrants } from './schema.ts';

/** A device that asks late is still told that its code expired, for this long, seconds. */
const REMEMBERED_SECONDS = 3_600;

/** Devices that wait for their users, on D1. */
export function createDeviceGrants(database: D1Database): DeviceGrants {
  const db = drizzle(database);
  const living = (userCode: string, now: number) =>
    and(eq(deviceGrants.userCode, userCode), gt(deviceGrants.expiresAt, Math.floor(now)));
  const withCode = (deviceCodeHash: string) => eq(deviceGrants.deviceCodeHash, deviceCodeHash);
  return {
    async add(grant, now) {
      const forgotten = lt(deviceGrants.expiresAt, Math.floor(now) - REMEMBERED_SECONDS);
      const [, added] = await ask(
        db.batch([
          db.delete(deviceGrants).where(forgotten),
          db
            .insert(deviceGrants)
            .values({ ...grant, answer: grant.answer ?? null })
            .onConflictDoNothing()
            .returning({ userCode: deviceGrants.userCode }),
        ]),
      );
      return added.length > 0;
    },
    async findByUserCode(userCode, now) {
      const [row] = await ask(db.select().from(deviceGrants).where(living(userCode, now)).limit(1));
      return row && toGrant(row);
    },
    async findByDeviceCode(deviceCodeHash) {
      const [row] = await ask(db.select().from(deviceGrants).where(withCode(deviceCodeHash)).limit(1));
      return row && toGrant(row);
    },
    async answer(userCode, answer, now) {
      const open = and(living(userCode, now), isNull(deviceGrants.answer));
      const id = { userCode: deviceGrants.userCode };
      return (await ask(db.update(deviceGrants).set({ answer }).where(open).returning(id))).length > 0;
    },
    async polled(deviceCodeHash, polledAt, pollSeconds) {
      const polled = { polledAt: Math.floor(polledAt), pollSeconds };
      await ask(db.update(deviceGrants).set(polled).where(withCode(deviceCodeHash)));
    },
  };
}

function toGrant({ answer, ...row }: typeof deviceGrants.$inferSelect): DeviceGrant {
  return { ...row, answer: answer ?? undefined };
}
