import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/core/account/accounts.ts';
import { GuardWorld, POLICY } from '../support/guard-world.ts';
import { report } from '../support/report.ts';

const ROTATIONS = 10_000;
/** Ten a second: more in ten minutes than are ever kept. */
const STORM = 3_000;
const DEVICES = 100;
const MOST_SESSIONS = 1_000;
const REUSES = 130;
const MOST_TOLD = 100;
/** More than the generations that are kept, so that each session is as large as it gets. */
const FULL = 20;

type Size = { rows: number; stateBytes: number; databaseBytes: number; recordBytes: number };

/** What a guard and its record take: every table that the guard has made, whichever they are. */
function measure(world: GuardWorld): Size {
  const { sql } = world.storage;
  const tables = [...sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'")].map(({ name }) =>
    String(name),
  );
  const rows = tables
    .filter((table) => !/^(_cf_|sqlite_)/.test(table))
    .flatMap((table) => [...sql.exec(`SELECT * FROM ${table}`)]);
  return {
    rows: rows.length,
    stateBytes: rows.flatMap(Object.values).reduce((sum, value) => sum + String(value).length, 0),
    databaseBytes: sql.databaseSize,
    recordBytes: new TextEncoder().encode(world.kv.values.get(world.username) ?? '').length,
  };
}

function tell(what: string, { rows, stateBytes, databaseBytes, recordBytes }: Size): void {
  const count = (number: number) => number.toLocaleString('en');
  report(
    `${what}: guard ${rows} rows, ${count(stateBytes)} bytes in ${count(databaseBytes)} of SQLite; KV record ${count(recordBytes)} bytes`,
  );
}

async function rotate(world: GuardWorld, grant: Grant, turns: number, everySeconds: number): Promise<Grant> {
  let current = grant;
  for (let turn = 0; turn < turns; turn += 1) {
    world.now += everySeconds;
    current = await world.rotate(current, `key-${turn}`.padEnd(16, '-'));
    if (turn % 1_000 === 0) await world.settle();
  }
  return current;
}

describe('a guard and its record stay small', () => {
  it('after ten thousand rotations, ten minutes apart', () =>
    GuardWorld.run('rotations', async (world) => {
      const grant = await rotate(world, await world.signIn({ isNewUser: true }), FULL, 600);
      await world.pass(2);
      const before = measure(world);
      await rotate(world, grant, ROTATIONS, 600);
      await world.pass(2);
      const after = measure(world);
      tell(`${FULL} rotations`, before);
      tell(`${(ROTATIONS + FULL).toLocaleString('en')} rotations`, after);
      expect(after.rows).toBe(before.rows);
      expect(after.stateBytes).toBeLessThan(before.stateBytes + 200);
      expect(after.recordBytes).toBeLessThan(before.recordBytes + 100);
      expect(after.databaseBytes).toBeLessThan(50_000);
    }));

  it('under a client that does nothing else', () =>
    GuardWorld.run('storm', async (world) => {
      const grant = await rotate(world, await world.signIn({ isNewUser: true }), STORM / 2, 0.1);
      await world.pass(2);
      const before = measure(world);
      await rotate(world, grant, STORM / 2, 0.1);
      await world.pass(2);
      const after = measure(world);
      tell(`${STORM.toLocaleString('en')} rotations, ten a second`, after);
      expect(after.rows).toBe(before.rows);
      expect(after.stateBytes).toBeLessThan(before.stateBytes + 5_000);
      expect(after.stateBytes).toBeLessThan(150_000);
      expect(after.recordBytes).toBeLessThan(2_000);
    }));

  it('with a hundred devices, each as large as a session gets', () =>
    GuardWorld.run('devices', async (world) => {
      for (let device = 0; device < DEVICES; device += 1)
        await rotate(world, await world.signIn({ isNewUser: device === 0 }), FULL, 600);
      await world.pass(2);
      const size = measure(world);
      tell(`${DEVICES} devices`, size);
      expect(world.record()?.sessions).toHaveLength(DEVICES);
      expect(size.rows).toBe(DEVICES + 1);
      expect(size.stateBytes).toBeLessThan(DEVICES * 3_000);
      expect(size.recordBytes).toBeLessThan(DEVICES * 1_000);
    }));

  it('and take next to nothing once all sessions have ended', () =>
    GuardWorld.run('nothing-left', async (world) => {
      for (let device = 0; device < DEVICES; device += 1) {
        const grant = await world.signIn({ isNewUser: device === 0 });
        await world.guard.end(world.username, grant.sid);
      }
      await world.pass(5);
      const size = measure(world);
      tell(`${DEVICES} sign-ins and sign-outs`, size);
      expect(size.rows).toBe(1);
      expect(size.recordBytes).toBe(0);
    }));

  it('under a script that signs in every ten minutes: what it left behind gives way, and no other session', () =>
    GuardWorld.run('cron', async (world) => {
      const script = { clientId: 'script', scope: 'openid' };
      const unused = await world.signIn({ isNewUser: true });
      const used = await world.rotate(await world.signIn({ ...script }));
      const first = await world.signIn(script);
      for (let run = 0; run < MOST_SESSIONS; run += 1) {
        world.now += 600;
        await world.signIn(script);
      }
      await world.settle();
      expect((await world.guard.list(world.username)).length).toBe(MOST_SESSIONS);
      expect(await world.refresh(first)).toMatchObject({ kind: 'unknown' });
      for (const grant of [unused, used])
        expect(await world.refresh(grant)).toMatchObject({ kind: 'rotated' });
    }));

  it('but not while an access token of it lives, made when they lived longer', () =>
    GuardWorld.run('shortened', async (world) => {
      world.policy = { ...POLICY, accessTokenTtlSeconds: 3_600 };
      for (let run = 0; run < MOST_SESSIONS; run += 1) await world.signIn({ isNewUser: run === 0 });
      world.policy = POLICY;
      world.evict();
      world.now += 3_599;
      expect(await world.trySignIn()).toEqual({ kind: 'too_many_sessions' });
      world.now += 1;
      expect(await world.trySignIn()).toMatchObject({ kind: 'opened' });
    }));

  it('but where all are in use, one more is refused', () =>
    GuardWorld.run('full', async (world) => {
      for (let device = 0; device < MOST_SESSIONS; device += 1)
        await world.signIn({ isNewUser: device === 0, ...(device % 2 === 0 && { clientId: 'other' }) });
      expect(await world.trySignIn()).toEqual({ kind: 'too_many_sessions' });
      expect((await world.guard.list(world.username)).length).toBe(MOST_SESSIONS);
    }));

  it('after hundreds of reuses: the newest are still told', () =>
    GuardWorld.run('reuses', async (world) => {
      await world.signIn({ isNewUser: true });
      for (let turn = 0; turn < REUSES; turn += 1) {
        world.now += 1;
        const grant = await world.signIn();
        await world.rotate(grant, 'mine');
        expect(await world.refresh(grant, 'theirs')).toMatchObject({ kind: 'reused' });
      }
      await world.settle();
      const told = await world.guard.listReused(world.username);
      expect(told).toHaveLength(MOST_TOLD);
      expect(told[0]?.endedAt).toBe(world.now);
    }));
});
