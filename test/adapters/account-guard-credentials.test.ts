import { describe, expect, it } from 'vitest';
import { GuardWorld } from '../support/guard-world.ts';

describe('a change of password', () => {
  it('ends the other sessions, and refuses a sign-in that checked the old one', () =>
    GuardWorld.run('changed', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      const other = await world.signIn();
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: mine.sid };
      expect(await world.guard.changePassword(world.username, change)).toBe(true);
      expect(world.passwords.get(world.username)).toEqual({ hash: 'new', version: 2 });
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      expect(await world.refresh(other)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(mine)).toMatchObject({ kind: 'rotated' });
      expect(await world.trySignIn({ credentialsVersion: 2 })).toMatchObject({ kind: 'opened' });
    }));

  it('is refused if another one came before', () =>
    GuardWorld.run('twice', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: mine.sid };
      const results = await Promise.all([
        world.guard.changePassword(world.username, change),
        world.guard.changePassword(world.username, { ...change, passwordHash: 'newer' }),
      ]);
      expect(results).toEqual([true, false]);
      expect(world.passwords.get(world.username)).toEqual({ hash: 'new', version: 2 });
    }));

  it('keeps the session that asked for it, even if the guard lost its storage and only believes it', () =>
    GuardWorld.run('believed-change', async (world) => {
      await world.signIn({ isNewUser: true });
      await world.settle();
      const record = world.kv.values.get(world.username) ?? '';
      const other = await world.signIn();
      const mine = await world.signIn();
      await world.loseStorage();
      world.kv.values.set(world.username, record);
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: mine.sid };
      expect(await world.guard.changePassword(world.username, change)).toBe(true);
      expect(await world.refresh(mine)).toMatchObject({ kind: 'rotated' });
      expect(await world.refresh(other)).toEqual({ kind: 'unknown' });
    }));

  it('ends also those that were opened out of its sight and believed', () =>
    GuardWorld.run('believed-others', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      await world.settle();
      const record = world.kv.values.get(world.username) ?? '';
      const other = await world.signIn();
      await world.loseStorage();
      world.kv.values.set(world.username, record);
      const next = await world.rotate(other);
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: mine.sid };
      expect(await world.guard.changePassword(world.username, change)).toBe(true);
      expect(await world.refresh(next)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(mine)).toMatchObject({ kind: 'rotated' });
    }));

  it('whose alarm was given up is finished once somebody tries to sign in', () =>
    GuardWorld.run('given-up', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      world.directoryFault = new Error('D1 is down');
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: mine.sid };
      await expect(world.guard.changePassword(world.username, change)).rejects.toThrow('D1 is down');
      world.directoryFault = undefined;
      await world.storage.deleteAlarm();
      world.evict();
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      await world.pass(5);
      expect(world.passwords.get(world.username)).toEqual({ hash: 'new', version: 2 });
    }));

  it('that was interrupted is finished by the alarm, and spares a session opened with the new password', () =>
    GuardWorld.run('interrupted', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      const other = await world.signIn();
      world.directoryFault = new Error('D1 is down');
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: mine.sid };
      await expect(world.guard.changePassword(world.username, change)).rejects.toThrow('D1 is down');
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      world.evict();
      await world.pass(60);
      world.now += 1;
      const fresh = await world.signIn({ credentialsVersion: 2 });
      world.directoryFault = undefined;
      await world.pass(120);
      expect(world.passwords.get(world.username)).toEqual({ hash: 'new', version: 2 });
      expect(await world.refresh(other)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(mine)).toMatchObject({ kind: 'rotated' });
      expect(await world.refresh(fresh)).toMatchObject({ kind: 'rotated' });
    }));

  it('ends what was opened out of sight before it, though that refreshes while the directory is down', () =>
    GuardWorld.run('unseen-password', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      await world.pass(2);
      world.kv.outage = new Error('KV is down');
      const unseen = await world.signIn();
      await world.settle();
      world.kv.outage = undefined;
      await world.loseStorage();
      await world.pass(10);
      world.directoryFault = new Error('D1 is down');
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: mine.sid };
      await expect(world.guard.changePassword(world.username, change)).rejects.toThrow('D1 is down');
      const next = await world.rotate(unseen);
      world.directoryFault = undefined;
      await world.pass(120);
      expect(await world.refresh(next)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(mine)).toMatchObject({ kind: 'rotated' });
    }));
});

describe('a change of credentials', () => {
  const key = { type: 'aws4', id: 'KEY1' } as const;

  it('refuses a sign-in that was checked before it, and leaves the sessions', () =>
    GuardWorld.run('key-ended', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      const change = { credentialsVersion: 1, remove: [key] };
      expect(await world.guard.changeCredentials(world.username, change)).toBe(true);
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      expect(await world.trySignIn({ credentialsVersion: 2 })).toMatchObject({ kind: 'opened' });
      expect(await world.refresh(mine)).toMatchObject({ kind: 'rotated' });
      expect(world.credentialChanges).toEqual([{ ...change, credentialsVersion: 2 }]);
    }));

  it('ends the sessions of what ended or was replaced, and what came from them', () =>
    GuardWorld.run('key-sessions', async (world) => {
      const mine = await world.signIn({ isNewUser: true });
      const ended = await world.signIn({ credential: key.id });
      const child = await world.signIn({ parent: ended.sid });
      const other = await world.signIn({ credential: 'laptop' });
      const digest = await world.signIn({ credential: 'digest' });
      await world.guard.changeCredentials(world.username, { credentialsVersion: 1, remove: [key] });
      for (const grant of [ended, child]) expect(await world.refresh(grant)).toEqual({ kind: 'unknown' });
      expect(world.status.revoked).toHaveLength(2);
      const stored = { username: world.username, sealed: 'anew', createdAt: world.now };
      const put = [
        { ...stored, type: 'hoba', id: 'laptop' } as const,
        { ...stored, type: 'digest', id: 'hash' } as const,
      ];
      await world.guard.changeCredentials(world.username, { credentialsVersion: 2, put });
      expect(await world.refresh(other)).toEqual({ kind: 'unknown' });
      for (const grant of [mine, digest])
        expect(await world.refresh(grant)).toMatchObject({ kind: 'rotated' });
    }));

  it('ends them after lost storage too, as far as the record had them', () =>
    GuardWorld.run('key-restored', async (world) => {
      await world.signIn({ isNewUser: true });
      const opened = await world.signIn({ credential: key.id });
      await world.pass(10);
      await world.loseStorage();
      await world.guard.changeCredentials(world.username, { credentialsVersion: 1, remove: [key] });
      expect(await world.refresh(opened)).toEqual({ kind: 'unknown' });
    }));

  it('is refused if the password was changed since it was allowed, and the other way round', () =>
    GuardWorld.run('key-late', async (world) => {
      const { sid: keep } = await world.signIn({ isNewUser: true });
      const change = { credentialsVersion: 1, remove: [key] };
      const results = await Promise.all([
        world.guard.changePassword(world.username, { credentialsVersion: 1, passwordHash: 'new', keep }),
        world.guard.changeCredentials(world.username, change),
      ]);
      expect(results).toEqual([true, false]);
      await world.guard.changeCredentials(world.username, { ...change, credentialsVersion: 2 });
      const late = { credentialsVersion: 2, passwordHash: 'newer', keep };
      expect(await world.guard.changePassword(world.username, late)).toBe(false);
      expect(world.passwords.get(world.username)).toEqual({ hash: 'new', version: 2 });
    }));

  it('that was interrupted is finished by the alarm', () =>
    GuardWorld.run('key-interrupted', async (world) => {
      await world.signIn({ isNewUser: true });
      world.directoryFault = new Error('D1 is down');
      const change = { credentialsVersion: 1, remove: [key] };
      await expect(world.guard.changeCredentials(world.username, change)).rejects.toThrow('D1 is down');
      expect(await world.trySignIn({ credentialsVersion: 1 })).toEqual({ kind: 'credentials_changed' });
      world.evict();
      world.directoryFault = undefined;
      await world.pass(120);
      expect(world.credentialChanges).toEqual([{ remove: [key], credentialsVersion: 2 }]);
    }));
});
