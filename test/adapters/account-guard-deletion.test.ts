import { describe, expect, it } from 'vitest';
import { GuardWorld } from '../support/guard-world.ts';

describe('a deletion', () => {
  it('ends all sessions with their bits and their record, and refuses a sign-in that was checked before', () =>
    GuardWorld.run('deleted', async (world) => {
      const grants = [await world.signIn({ isNewUser: true }), await world.signIn()];
      await world.settle();
      expect(world.record()).toBeDefined();
      expect(await world.guard.deleteUser(world.username, 1)).toBe(true);
      expect(world.status.revoked).toHaveLength(2);
      expect(world.credentialChanges).toEqual([{ credentialsVersion: 2, deletedAt: world.now }]);
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      for (const grant of grants) expect(await world.refresh(grant)).toEqual({ kind: 'unknown' });
      await world.pass(120);
      expect(world.record()).toBeUndefined();
    }));

  it('is refused if the credentials were changed since, and the other way round', () =>
    GuardWorld.run('deleted-late', async (world) => {
      const { sid: keep } = await world.signIn({ isNewUser: true });
      const change = { credentialsVersion: 1, passwordHash: 'new', keep };
      const results = await Promise.all([
        world.guard.changePassword(world.username, change),
        world.guard.deleteUser(world.username, 1),
      ]);
      expect(results).toEqual([true, false]);
      expect(await world.guard.deleteUser(world.username, 2)).toBe(true);
      expect(await world.guard.changePassword(world.username, { ...change, credentialsVersion: 2 })).toBe(
        false,
      );
    }));

  it('that was interrupted before the directory knew is finished by the alarm', () =>
    GuardWorld.run('deletion-interrupted', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      const deletedAt = world.now;
      world.directoryFault = new Error('D1 is down');
      await expect(world.guard.deleteUser(world.username, 1)).rejects.toThrow('D1 is down');
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      world.evict();
      await world.pass(60);
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      world.directoryFault = undefined;
      await world.pass(120);
      expect(world.credentialChanges).toEqual([{ credentialsVersion: 2, deletedAt }]);
      expect(await world.refresh(grant)).toEqual({ kind: 'unknown' });
      expect(world.status.revoked).toHaveLength(1);
      await world.pass(120);
      expect(world.record()).toBeUndefined();
    }));

  it('whose alarm was given up is finished once somebody tries to sign in', () =>
    GuardWorld.run('deletion-given-up', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      world.directoryFault = new Error('D1 is down');
      await expect(world.guard.deleteUser(world.username, 1)).rejects.toThrow('D1 is down');
      world.directoryFault = undefined;
      await world.storage.deleteAlarm();
      world.evict();
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      await world.pass(5);
      expect(world.credentialChanges).toHaveLength(1);
      expect(await world.refresh(grant)).toEqual({ kind: 'unknown' });
    }));

  it('is not answered before the bits are set, and repeated sets them', () =>
    GuardWorld.run('deletion-bits', async (world) => {
      await world.signIn({ isNewUser: true });
      world.status.outage = new Error('The shard is down');
      await expect(world.guard.deleteUser(world.username, 1)).rejects.toThrow('The shard is down');
      world.status.outage = undefined;
      await world.guard.endAll(world.username);
      expect(world.status.revoked).toHaveLength(1);
    }));

  it('ends also what was opened out of its sight and believed', () =>
    GuardWorld.run('deletion-believed', async (world) => {
      await world.signIn({ isNewUser: true });
      await world.settle();
      const record = world.kv.values.get(world.username) ?? '';
      const unseen = await world.signIn();
      await world.loseStorage();
      world.kv.values.set(world.username, record);
      const next = await world.rotate(unseen);
      expect(await world.guard.deleteUser(world.username, 1)).toBe(true);
      expect(await world.refresh(next)).toEqual({ kind: 'unknown' });
    }));
});
