import { describe, expect, it } from 'vitest';
import { GuardWorld, POLICY } from '../support/guard-world.ts';

const DOWN = new Error('The shard is down');

describe('the bit of a session that ends is set before the end is answered', () => {
  it('by a sign-out, of its session only', () =>
    GuardWorld.run('revoked-end', async (world) => {
      const [mine, other] = [await world.signIn(), await world.signIn()];
      expect(mine.status).not.toEqual(other.status);
      await world.guard.end(world.username, mine.sid);
      expect(world.status.revoked).toEqual([
        { ...mine.status, mintedAt: world.now, tokensUntil: world.now + 600 },
      ]);
    }));

  it('by a sign-out everywhere, a changed password and a reuse', () =>
    GuardWorld.run('revoked-others', async (world) => {
      const [first, second] = [await world.signIn(), await world.signIn()];
      await world.guard.endAll(world.username);
      const ended = [first, second];
      const [kept, changed] = [await world.signIn(), await world.signIn()];
      const change = { credentialsVersion: 1, passwordHash: 'new', keep: kept.sid };
      await world.guard.changePassword(world.username, change);
      ended.push(changed);
      const reused = await world.signIn({ credentialsVersion: 2 });
      await world.rotate(reused, 'k0');
      expect(await world.refresh(reused, 'thief')).toMatchObject({ kind: 'reused' });
      ended.push(reused);
      expect(world.status.revoked.map(({ index }) => index)).toEqual(
        ended.map(({ status }) => status?.index),
      );
      expect(world.status.isRevoked(kept.status?.index)).toBe(false);
    }));

  it('by the end of the sign-in that it came from, unless it may outlive that', () =>
    GuardWorld.run('revoked-descendants', async (world) => {
      const pages = await world.signIn();
      const { sid: parent } = pages;
      const app = await world.signIn({ parent });
      const offline = await world.signIn({ parent, scope: 'openid offline_access' });
      await world.guard.end(world.username, parent);
      expect(world.status.revoked.map(({ index }) => index)).toEqual(
        [pages, app].map(({ status }) => status?.index),
      );
      expect(world.status.isRevoked(offline.status?.index)).toBe(false);
    }));

  it('by an operator who deletes the record', () =>
    GuardWorld.run('revoked-operator', async (world) => {
      const grant = await world.signIn({ isNewUser: true });
      await world.pass(600);
      world.kv.values.delete(world.username);
      await world.rotate(grant, 'k0');
      await world.pass(320);
      expect(await world.guard.isLive(world.username, grant.sid)).toBe(false);
      expect(world.status.isRevoked(grant.status?.index)).toBe(true);
    }));

  it('but not where a session runs out, or none of its tokens can be alive for longer than it says', () =>
    GuardWorld.run('revoked-expiry', async (world) => {
      const grant = await world.signIn();
      await world.pass(91 * 86_400);
      expect(await world.guard.isLive(world.username, grant.sid)).toBe(false);
      const used = await world.signIn();
      const usedAt = world.now;
      await world.pass(3_600);
      await world.guard.endAll(world.username);
      expect(world.status.revoked).toEqual([{ ...used.status, mintedAt: usedAt, tokensUntil: usedAt + 600 }]);
    }));

  it('until its longest-lived access token has expired, though later ones were shorter', () =>
    GuardWorld.run('revoked-shortened', async (world) => {
      world.policy = { ...POLICY, accessTokenTtlSeconds: 3_600 };
      const [idle, used] = [await world.signIn(), await world.signIn()];
      const longUntil = world.now + 3_600;
      world.policy = POLICY;
      world.evict();
      world.now += 300;
      await world.rotate(used);
      await world.guard.endAll(world.username);
      expect(world.status.revoked.map(({ tokensUntil }) => tokensUntil)).toEqual([longUntil, longUntil]);
      world.now += 3_600;
      const next = await world.signIn();
      await world.guard.end(world.username, next.sid);
      expect(world.status.revoked.at(-1)?.tokensUntil).toBe(world.now + 600);
      expect(idle).not.toHaveProperty('tokensUntil');
    }));
});

describe('while the status list can not be reached', () => {
  it('a sign-out ends the session, is not answered, and is finished by the alarm', () =>
    GuardWorld.run('outbox', async (world) => {
      const grant = await world.signIn();
      world.status.outage = DOWN;
      await expect(world.guard.end(world.username, grant.sid)).rejects.toThrow('The shard is down');
      expect(await world.refresh(grant)).toEqual({ kind: 'unknown' });
      await world.pass(60);
      world.evict();
      world.status.outage = undefined;
      await world.pass(6);
      expect(world.status.isRevoked(grant.status?.index)).toBe(true);
    }));

  it('asking again is not answered either, until the bit is set', () =>
    GuardWorld.run('outbox-again', async (world) => {
      const grant = await world.signIn();
      world.status.outage = DOWN;
      await expect(world.guard.end(world.username, grant.sid)).rejects.toThrow();
      await expect(world.guard.end(world.username, grant.sid)).rejects.toThrow();
      world.status.outage = undefined;
      expect(await world.guard.end(world.username, grant.sid)).toEqual({ ended: false });
      expect(world.status.isRevoked(grant.status?.index)).toBe(true);
    }));

  it('nobody signs in, and everybody refreshes', () =>
    GuardWorld.run('outbox-refresh', async (world) => {
      const grant = await world.signIn();
      world.status.outage = DOWN;
      await expect(world.trySignIn()).rejects.toThrow();
      expect(await world.refresh(grant, 'k0')).toMatchObject({
        kind: 'rotated',
        grant: { status: grant.status },
      });
    }));
});

describe('after lost storage a session keeps its place', () => {
  it('by the record', () =>
    GuardWorld.run('place-record', async (world) => {
      const grant = await world.signIn();
      await world.pass(2);
      await world.loseStorage();
      await world.pass(60);
      await world.guard.end(world.username, grant.sid);
      // Whatever it did meanwhile was out of sight.
      expect(world.status.revoked).toEqual([{ ...grant.status, mintedAt: world.now }]);
    }));

  it('by its token', () =>
    GuardWorld.run('place-token', async (world) => {
      await world.signIn();
      await world.pass(2);
      world.kv.outage = new Error('KV is down');
      const [refreshed, ended] = [await world.signIn(), await world.signIn()];
      await world.settle();
      world.kv.outage = undefined;
      await world.loseStorage();
      expect(await world.rotate(refreshed, 'k0')).toMatchObject({ status: refreshed.status });
      await world.guard.end(world.username, refreshed.sid);
      await world.guard.end(world.username, ended.sid, ended.status);
      expect(world.status.isRevoked(refreshed.status?.index)).toBe(true);
      expect(world.status.isRevoked(ended.status?.index)).toBe(true);
    }));

  it('and one from before there were status lists has none, and lives', () =>
    GuardWorld.run('place-none', async (world) => {
      const grant = await world.signIn();
      await world.pass(2);
      const record = JSON.parse(world.kv.values.get(world.username) ?? '');
      for (const session of record.sessions) delete session.status;
      world.kv.values.set(world.username, JSON.stringify(record));
      await world.loseStorage();
      const { status: _none, ...old } = grant;
      const next = await world.rotate(old, 'k0');
      expect(next.status).toBeUndefined();
      expect(await world.guard.end(world.username, next.sid)).toEqual({ ended: true });
      expect(world.status.revoked).toEqual([]);
    }));
});

it('is not held up by a change of password that waits for the directory', () =>
  GuardWorld.run('outbox-and-directory', async (world) => {
    const [kept, ended] = [await world.signIn(), await world.signIn()];
    world.directoryFault = DOWN;
    const change = { credentialsVersion: 1, passwordHash: 'new', keep: kept.sid };
    await expect(world.guard.changePassword(world.username, change)).rejects.toThrow(DOWN);
    world.status.outage = DOWN;
    await expect(world.guard.end(world.username, ended.sid)).rejects.toThrow(DOWN);
    world.status.outage = undefined;
    await world.pass(10);
    expect(world.status.isRevoked(ended.status?.index)).toBe(true);
  }));
