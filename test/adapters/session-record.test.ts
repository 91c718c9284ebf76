import { describe, expect, it } from 'vitest';
import { GuardWorld } from '../support/guard-world.ts';

describe('the KV record', () => {
  it('is rewritten on each rotation, at most once a second, and always catches up', () =>
    GuardWorld.run('burst', async (world) => {
      let grant = await world.signIn({ isNewUser: true });
      await world.settle();
      for (let turn = 0; turn < 20; turn += 1) {
        await world.pass(0.1);
        grant = await world.rotate(grant);
        await world.settle();
      }
      await world.pass(3);
      expect(world.record()?.sessions[0]).toMatchObject({ generation: 20, jti: grant.jti });
      const puts = world.kv.calls.filter((call) => call.kind === 'put').map((call) => call.at);
      expect(puts.length).toBeLessThanOrEqual(5);
      for (const [index, at] of puts.entries())
        if (index > 0) expect(at - (puts[index - 1] ?? 0)).toBeGreaterThanOrEqual(1);
    }));

  it('is kept until its latest session’s absolute end, as storage may be lost before KV hears that the idle end moved', () =>
    GuardWorld.run('ttl', async (world) => {
      await world.signIn({ isNewUser: true });
      await world.settle();
      expect(world.kv.calls.at(-1)).toMatchObject({ kind: 'put', ttl: 90 * 86_400 });
    }));

  it('is deleted with the last session', () =>
    GuardWorld.run('deleted', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      await world.pass(2);
      await world.guard.end(world.username, grant.sid);
      await world.pass(2);
      expect(world.record()).toBeUndefined();
    }));

  it('catches up by itself after an outage of ten minutes, in which everything goes on', () =>
    GuardWorld.run('outage', async (world) => {
      let grant = await world.signIn({ isNewUser: true });
      await world.pass(2);
      world.kv.outage = new Error('KV is down');
      for (let minute = 0; minute < 10; minute += 1) {
        await world.pass(60);
        grant = await world.rotate(grant);
      }
      const second = await world.signIn();
      await world.guard.end(world.username, second.sid);
      await world.settle();
      const callsInOutage = world.kv.calls.length;
      expect(callsInOutage).toBeLessThan(40);
      world.kv.outage = undefined;
      await world.pass(1_200);
      expect(world.record()?.sessions).toMatchObject([{ sid: grant.sid, generation: 10 }]);
    }));

  it('is written once more a minute after a failed put, which may land late', () =>
    GuardWorld.run('late-put', async (world) => {
      const first = await world.signIn({ isNewUser: true });
      await world.pass(2);
      const old = world.kv.values.get(world.username) ?? '';
      world.kv.outage = new Error('timed out');
      await world.rotate(first);
      await world.settle();
      world.kv.outage = undefined;
      await world.pass(10);
      expect(world.record()?.sessions[0]?.generation).toBe(1);
      world.kv.values.set(world.username, old);
      await world.pass(60);
      expect(world.record()?.sessions[0]?.generation).toBe(1);
    }));

  it('has an alarm behind a logout that came while another put hung', () =>
    GuardWorld.run('hung-put', async (world) => {
      const kept = await world.signIn({ isNewUser: true });
      await world.pass(2);
      const left = await world.signIn();
      await world.pass(2);
      const jam = Promise.withResolvers<void>();
      world.kv.jam = jam.promise;
      await world.rotate(kept);
      await world.guard.end(world.username, left.sid);
      await world.storage.sync();
      const alarm = (await world.storage.getAlarm()) ?? Number.POSITIVE_INFINITY;
      expect(alarm / 1_000 - world.now).toBeLessThanOrEqual(30);
      world.kv.jam = undefined;
      jam.resolve();
      await world.pass(31);
      expect(world.record()?.sessions.map((session) => session.sid)).toEqual([kept.sid]);
    }));

  it('shows no ended session again, though a put that an evicted guard sent lands late', () =>
    GuardWorld.run('stray-put', async (world) => {
      const first = await world.signIn({ isNewUser: true });
      const second = await world.signIn();
      await world.pass(2);
      const old = world.kv.values.get(world.username) ?? '';
      world.evict();
      await world.guard.end(world.username, first.sid);
      world.evict();
      await world.pass(10);
      expect(world.record()?.sessions).toMatchObject([{ sid: second.sid }]);
      world.kv.values.set(world.username, old);
      await world.pass(90);
      expect(world.record()?.sessions).toMatchObject([{ sid: second.sid }]);
    }));

  it('is not taken for deleted by an operator when a delete lands that the guard sent before it lost its storage', () =>
    GuardWorld.run('stray-delete', async (world) => {
      const left = await world.signIn({ isNewUser: true });
      await world.pass(2);
      await world.guard.end(world.username, left.sid);
      await world.loseStorage();
      const grant = await world.signIn();
      await world.pass(1);
      world.evict();
      world.kv.values.delete(world.username);
      await world.pass(400);
      const next = await world.rotate(grant);
      await world.pass(400);
      expect(await world.refresh(next)).toMatchObject({ kind: 'rotated' });
      expect(world.record()?.sessions.map((session) => session.sid)).toEqual([grant.sid]);
    }));

  it('deleted by an operator, signs the user out: held at the first miss, ended at the second', () =>
    GuardWorld.run('operator', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      await world.pass(600);
      world.kv.values.delete(world.username);
      const next = await world.rotate(grant);
      await world.pass(10);
      expect(world.record()).toBeUndefined();
      const fresh = await world.signIn();
      world.evict();
      await world.pass(300);
      expect(await world.refresh(next)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(fresh)).toMatchObject({ kind: 'rotated' });
      await world.pass(2);
      expect(world.record()?.sessions.map((session) => session.sid)).toEqual([fresh.sid]);
    }));

  it('missed once, by a stale read, signs nobody out', () =>
    GuardWorld.run('stale', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      await world.pass(600);
      const value = world.kv.values.get(world.username) ?? '';
      world.kv.values.delete(world.username);
      const next = await world.rotate(grant);
      await world.pass(10);
      world.kv.values.set(world.username, value);
      await world.pass(300);
      expect(await world.refresh(next)).toMatchObject({ kind: 'rotated' });
      await world.pass(2);
      expect(world.record()?.sessions[0]?.generation).toBe(2);
    }));

  it('deleted late by ourselves, with the guard evicted meanwhile, is no operator’s delete', () =>
    GuardWorld.run('late-delete', async (world) => {
      const first = await world.signIn({ isNewUser: true });
      await world.pass(2);
      world.kv.outage = new Error('timed out');
      await world.guard.end(world.username, first.sid);
      await world.settle();
      world.kv.outage = undefined;
      const second = await world.signIn();
      await world.pass(10);
      expect(world.record()?.sessions).toHaveLength(1);
      world.kv.values.delete(world.username);
      world.evict();
      await world.pass(10);
      world.evict();
      const next = await world.rotate(second);
      await world.pass(900);
      expect(await world.refresh(next)).toMatchObject({ kind: 'rotated' });
      await world.pass(2);
      expect(world.record()?.sessions).toMatchObject([{ generation: 2 }]);
    }));

  it('that never reached KV is no operator’s delete', () =>
    GuardWorld.run('never-there', async (world) => {
      world.kv.outage = new Error('KV is down');
      const grant = await world.signIn({ isNewUser: true });
      await world.settle();
      world.evict();
      world.kv.outage = undefined;
      await world.pass(900);
      expect(await world.refresh(grant)).toMatchObject({ kind: 'rotated' });
      expect(world.record()?.sessions).toHaveLength(1);
    }));

  it('that KV forgot in a long outage is no operator’s delete', () =>
    GuardWorld.run('expired-record', async (world) => {
      let grant = await world.signIn({ isNewUser: true });
      for (let day = 13; day < 90; day += 13) {
        await world.pass(13 * 86_400);
        if (day < 78) grant = await world.rotate(grant);
      }
      world.kv.outage = new Error('KV is down');
      const next = await world.signIn();
      await world.pass(13 * 86_400);
      world.kv.values.delete(world.username);
      world.kv.outage = undefined;
      world.evict();
      await world.pass(7_200);
      expect(await world.refresh(next)).toMatchObject({ kind: 'rotated' });
    }));
});
