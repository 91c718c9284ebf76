import { describe, expect, it } from 'vitest';
import { GuardWorld } from '../support/guard-world.ts';

const FIRST = { registeredAt: 1.001, credentialsVersion: 1_001 };
const SECOND = { registeredAt: 1.002, credentialsVersion: 1_002 };

describe('where the directory lost a name', () => {
  it.each([
    ['at the registration', true],
    ['at the first sign-in, if it was not asked at the registration', false],
  ])('the guard ends what an earlier user left, %s', (_, isNewUser) =>
    GuardWorld.run(`next-user-${isNewUser}`, async (world) => {
      const reused = await world.signIn({ ...FIRST, isNewUser: true });
      await world.rotate(reused, 'k0');
      expect(await world.refresh(reused, 'k1')).toMatchObject({ kind: 'reused' });
      const before = await world.signIn(FIRST);
      const after = await world.signIn({ ...SECOND, isNewUser });
      expect(await world.refresh(before)).toEqual({ kind: 'unknown' });
      expect(world.status.isRevoked(before.status?.index)).toBe(true);
      expect(await world.guard.listReused(world.username)).toEqual([]);
      const again = await world.signIn(SECOND);
      for (const grant of [after, again])
        expect(await world.refresh(grant)).toMatchObject({ kind: 'rotated' });
    }),
  );

  it('a sign-in of the earlier user that comes late opens and ends nothing', () =>
    GuardWorld.run('late-user', async (world) => {
      await world.signIn({ ...FIRST, isNewUser: true });
      const after = await world.signIn(SECOND);
      for (const isNewUser of [true, false])
        expect(await world.trySignIn({ ...FIRST, isNewUser })).toEqual({ kind: 'credentials_changed' });
      expect(await world.refresh(after)).toMatchObject({ kind: 'rotated' });
    }));

  it('a change of the earlier user’s that is under way is no more', () =>
    GuardWorld.run('change-of-nobody', async (world) => {
      const { sid: keep } = await world.signIn({ ...FIRST, isNewUser: true });
      world.directoryFault = new Error('D1 is down');
      const change = { credentialsVersion: FIRST.credentialsVersion, passwordHash: 'old', keep };
      await expect(world.guard.changePassword(world.username, change)).rejects.toThrow();
      await world.signIn({ registeredAt: 2, credentialsVersion: 2_000 });
      world.directoryFault = undefined;
      await world.pass(60);
      expect(world.credentialChanges).toEqual([]);
    }));

  it('and has it back, the user whom it has back goes on, and nobody else', () =>
    GuardWorld.run('user-is-back', async (world) => {
      await world.signIn({ ...FIRST, isNewUser: true });
      const between = await world.signIn(SECOND);
      const back = await world.signIn({ ...FIRST, credentialsVersion: 2_000 });
      expect(await world.refresh(between)).toEqual({ kind: 'unknown' });
      expect(await world.refresh(back)).toMatchObject({ kind: 'rotated' });
      expect(await world.trySignIn(SECOND)).toEqual({ kind: 'credentials_changed' });
    }));

  it('a user whom an admin deleted before the guard heard of them gets no session', () =>
    GuardWorld.run('deleted-unheard', async (world) => {
      await world.signIn({ ...FIRST, isNewUser: true });
      expect(await world.guard.deleteUser(world.username, SECOND.credentialsVersion)).toBe(true);
      for (const isNewUser of [true, false])
        expect(await world.trySignIn({ ...SECOND, isNewUser })).toEqual({ kind: 'credentials_changed' });
    }));
});

describe('a guard that doesn’t know when its user was registered', () => {
  const forget = (world: GuardWorld) => {
    world.storage.sql.exec("UPDATE account SET state = json_remove(state, '$.registeredAt')");
    world.evict();
  };

  it('learns it from the next sign-in, and ends nothing for that', () =>
    GuardWorld.run('from-before', async (world) => {
      const before = await world.signIn({ ...FIRST, isNewUser: true });
      forget(world);
      await world.signIn(FIRST);
      expect(await world.refresh(before)).toMatchObject({ kind: 'rotated' });
      await world.signIn(SECOND);
      expect(await world.refresh(before)).toEqual({ kind: 'unknown' });
    }));

  it('learns from a registration that it is another’s', () =>
    GuardWorld.run('from-before-another', async (world) => {
      const before = await world.signIn({ ...FIRST, isNewUser: true });
      forget(world);
      await world.signIn({ ...SECOND, isNewUser: true });
      expect(await world.refresh(before)).toEqual({ kind: 'unknown' });
    }));

  it('keeps what it opened by the record when its storage is lost', () =>
    GuardWorld.run('from-record', async (world) => {
      const before = await world.signIn({ ...FIRST, isNewUser: true });
      await world.pass(2);
      await world.loseStorage();
      await world.signIn(FIRST);
      expect(await world.refresh(before)).toMatchObject({ kind: 'rotated' });
    }));
});

it('ends nothing of a new user whose other sign-in overtook the registration’s own', () =>
  GuardWorld.run('overtaken', async (world) => {
    const first = await world.signIn();
    const own = await world.signIn({ isNewUser: true });
    const change = { credentialsVersion: 1, passwordHash: 'new', keep: first.sid };
    await world.guard.changePassword(world.username, change);
    expect(await world.refresh(own)).toEqual({ kind: 'unknown' });
    expect(await world.trySignIn({ isNewUser: true })).toEqual({ kind: 'credentials_changed' });
    expect(await world.refresh(first)).toMatchObject({ kind: 'rotated' });
  }));
