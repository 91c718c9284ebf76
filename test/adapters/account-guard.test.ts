import { describe, expect, it } from 'vitest';
import { parseSessionNumber } from '../../src/core/account/session-id.ts';
import { GuardWorld } from '../support/guard-world.ts';

describe('a guard and its storage', () => {
  it('goes on after an eviction as if nothing had happened', () =>
    GuardWorld.run('evicted', async (world) => {
      const first = await world.signIn({ isNewUser: true });
      const second = await world.rotate(first);
      world.evict();
      expect(await world.refresh(second)).toMatchObject({ kind: 'rotated', grant: { generation: 2 } });
      world.evict();
      expect(await world.refresh(first, 'another key')).toMatchObject({ kind: 'reused' });
      world.evict();
      expect(await world.refresh(second)).toEqual({ kind: 'unknown', because: 'reused' });
    }));

  it('writes one row in a rotation', () =>
    GuardWorld.run('one-row', async (world) => {
      let rows = 0;
      const { sql } = world.storage;
      const exec = sql.exec.bind(sql);
      const grant = await world.rotate(await world.signIn({ isNewUser: true }));
      await world.settle();
      sql.exec = ((...query: Parameters<typeof exec>) => {
        const cursor = exec(...query);
        rows += cursor.rowsWritten;
        return cursor;
      }) as typeof sql.exec;
      world.now += 600;
      await world.rotate(grant);
      expect(rows).toBe(1);
    }));

  it('lets a hundred refreshes at once each see another predecessor, or the same successor', () =>
    GuardWorld.run('hundred', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => world.refresh(grant)));
      expect(outcomes.filter((outcome) => outcome.kind === 'rotated')).toHaveLength(1);
      expect(outcomes.every((outcome) => 'grant' in outcome && outcome.grant.generation === 1)).toBe(true);
    }));

  it('keeps sessions apart: devices side by side, and ending one', () =>
    GuardWorld.run('devices', async (world) => {
      const phone = await world.signIn({ isNewUser: true });
      const laptop = await world.signIn();
      const phone2 = await world.rotate(phone);
      expect(await world.guard.end(world.username, laptop.sid)).toEqual({ ended: true });
      expect(await world.guard.end(world.username, laptop.sid)).toEqual({ ended: false });
      expect(await world.refresh(laptop)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(phone2)).toMatchObject({ kind: 'rotated' });
      expect((await world.guard.list(world.username)).map((session) => session.sid)).toEqual([phone.sid]);
    }));

  it('forgets sessions that are over, and then has no alarm', () =>
    GuardWorld.run('over', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      await world.pass(13 * 86_400);
      const renewed = await world.rotate(grant);
      await world.pass(13 * 86_400);
      expect(await world.guard.isLive(world.username, renewed.sid)).toBe(true);
      await world.pass(2 * 86_400);
      expect(await world.guard.list(world.username)).toEqual([]);
      expect(world.record()).toBeUndefined();
      expect(await world.storage.getAlarm()).toBeNull();
    }));

  it('opens no session beyond a thousand, and ends none for it', () =>
    GuardWorld.run('thousand', async (world) => {
      const first = await world.signIn({ isNewUser: true });
      for (let count = 1; count < 1_000; count += 1) await world.signIn();
      expect(await world.trySignIn()).toEqual({ kind: 'too_many_sessions' });
      expect(await world.refresh(first)).toMatchObject({ kind: 'rotated' });
    }));
});

describe('a guard that lost its storage', () => {
  it('goes on from the record', () =>
    GuardWorld.run('restored', async (world) => {
      const grant = await world.rotate(await world.signIn({ isNewUser: true }), 'k0');
      await world.pass(2);
      await world.loseStorage();
      expect(await world.refresh(grant, 'k1')).toMatchObject({ kind: 'rotated', grant: { generation: 2 } });
      expect(await world.guard.isLive(world.username, grant.sid)).toBe(true);
    }));

  it('still knows the attempts that the record names', () =>
    GuardWorld.run('restored-attempts', async (world) => {
      const first = await world.signIn({ isNewUser: true });
      await world.rotate(first, 'k0');
      await world.pass(2);
      await world.loseStorage();
      expect(await world.refresh(first, 'k0')).toMatchObject({ kind: 'repeated', grant: { generation: 1 } });
      expect(await world.refresh(first, 'k9')).toMatchObject({ kind: 'reused' });
    }));

  it('believes a token ahead of the record, and never forks', () =>
    GuardWorld.run('ahead', async (world) => {
      const first = await world.signIn({ isNewUser: true });
      await world.pass(2);
      world.kv.outage = new Error('KV is down');
      const third = await world.rotate(await world.rotate(first, 'k0'), 'k1');
      await world.settle();
      world.kv.outage = undefined;
      await world.loseStorage();
      expect(await world.refresh(third, 'k2')).toMatchObject({ kind: 'rotated', grant: { generation: 3 } });
      expect(await world.refresh(first, 'thief')).toMatchObject({ kind: 'reused' });
    }));

  it('believes a session opened after the record was written, once it was ended no more', () =>
    GuardWorld.run('gap', async (world) => {
      await world.signIn({ isNewUser: true });
      await world.pass(2);
      world.kv.outage = new Error('KV is down');
      const unseen = await world.signIn();
      const other = await world.signIn();
      await world.settle();
      world.kv.outage = undefined;
      await world.loseStorage();
      world.now += 10;
      const later = await world.signIn();
      expect(await world.guard.isLive(world.username, unseen.sid)).toBe(true);
      expect(await world.refresh(unseen)).toMatchObject({ kind: 'rotated' });
      expect(await world.guard.end(world.username, other.sid)).toEqual({ ended: true });
      expect(await world.refresh(other)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(later)).toMatchObject({ kind: 'rotated' });
    }));

  it('brings no ended session back to life', () =>
    GuardWorld.run('no-revival', async (world) => {
      const ended = await world.signIn({ isNewUser: true });
      const live = await world.signIn();
      await world.guard.end(world.username, ended.sid);
      await world.pass(2);
      await world.loseStorage();
      expect(await world.refresh(ended)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(live)).toMatchObject({ kind: 'rotated' });
    }));

  it('deletes the record that a stale read hid, when a logout finds nothing to end', () =>
    GuardWorld.run('stale-logout', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      await world.pass(2);
      const hidden = world.kv.values.get(world.username) ?? '';
      await world.loseStorage();
      world.kv.values.delete(world.username);
      const logout = world.guard.end(world.username, grant.sid);
      world.kv.values.set(world.username, hidden);
      await logout;
      await world.pass(2);
      expect(world.record()).toBeUndefined();
    }));

  it('knows no session where there is no record, not even after the next sign-in', () =>
    GuardWorld.run('no-record', async (world) => {
      const old = await world.signIn({ isNewUser: true });
      await world.guard.endAll(world.username);
      await world.pass(2);
      await world.loseStorage();
      world.now += 5;
      expect(await world.refresh(old)).toEqual({ kind: 'unknown' });
      await world.signIn();
      expect(await world.refresh(old)).toEqual({ kind: 'unknown' });
    }));

  it('that comes back to life under several sign-ins at once gives each a number of its own', () =>
    GuardWorld.run('crowd', async (world) => {
      const grants = await Promise.all([world.signIn(), world.signIn(), world.signIn()]);
      const numbers = grants.map((grant) => parseSessionNumber(grant.sid));
      expect(new Set(numbers).size).toBe(3);
      for (const grant of grants) expect(await world.refresh(grant)).toMatchObject({ kind: 'rotated' });
    }));

  it('changes nothing while it can not read the record', () =>
    GuardWorld.run('unreadable', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      await world.pass(2);
      await world.loseStorage();
      world.kv.outage = new Error('KV is down');
      await expect(world.refresh(grant)).rejects.toThrow('can not be read');
      world.kv.outage = undefined;
      expect(await world.refresh(grant)).toMatchObject({ kind: 'rotated' });
    }));
});
