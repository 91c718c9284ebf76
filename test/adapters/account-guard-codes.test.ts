import { describe, expect, it } from 'vitest';
import type { Redemption, SessionRequest } from '../../src/core/account/accounts.ts';
import { GuardWorld } from '../support/guard-world.ts';

const PLACE = { device: 'Firefox on Linux', country: 'KR' };

function redemptionOf(world: GuardWorld, signInSid: string, changes: Partial<Redemption> = {}): Redemption {
  const signIn: SessionRequest = {
    credentialsVersion: 1,
    clientId: 'shop',
    scope: 'openid',
    amr: ['pwd'],
    authTime: Math.floor(world.now) - 5,
    place: PLACE,
    parent: signInSid,
    logoutIssuer: 'https://id.example.com',
  };
  return { codeId: 'a code', expiresAt: Math.floor(world.now) + 60, signInSid, signIn, ...changes };
}

describe('a code at its guard', () => {
  it('opens a session that carries the time of the sign-in', () =>
    GuardWorld.run('code-opens', async (world) => {
      const pages = await world.signIn({ isNewUser: true });
      const redemption = redemptionOf(world, pages.sid);
      const outcome = await world.guard.redeem(world.username, redemption);
      expect(outcome).toMatchObject({
        kind: 'opened',
        grant: { clientId: 'shop', authTime: redemption.signIn.authTime, parent: pages.sid, generation: 0 },
      });
    }));

  it('is known as used after an eviction, and its session ends', () =>
    GuardWorld.run('code-evicted', async (world) => {
      const pages = await world.signIn({ isNewUser: true });
      const redemption = redemptionOf(world, pages.sid);
      const first = await world.guard.redeem(world.username, redemption);
      world.evict();
      expect(await world.guard.redeem(world.username, redemption)).toEqual({ kind: 'code_reused' });
      if (!('grant' in first)) throw new Error(first.kind);
      expect(await world.guard.isLive(world.username, first.grant.sid)).toBe(false);
      expect(await world.guard.isLive(world.username, pages.sid)).toBe(true);
    }));

  it('is forgotten when it could not be presented any more', () =>
    GuardWorld.run('code-forgotten', async (world) => {
      const pages = await world.signIn({ isNewUser: true });
      await world.guard.redeem(world.username, redemptionOf(world, pages.sid));
      world.now += 61;
      await world.signIn();
      expect(world.storage.sql.exec('SELECT * FROM redeemed_codes').toArray()).toEqual([]);
    }));

  it('opens nothing once it is forgotten, however late it was sent on', () =>
    GuardWorld.run('code-sent-on-late', async (world) => {
      const pages = await world.signIn({ isNewUser: true });
      const redemption = redemptionOf(world, pages.sid);
      await world.guard.redeem(world.username, redemption);
      world.now = redemption.expiresAt;
      await world.signIn();
      expect(await world.guard.redeem(world.username, redemption)).toEqual({ kind: 'expired' });
    }));

  it('that is repeated makes another access token, which the session’s bit outlives', () =>
    GuardWorld.run('code-repeated', async (world) => {
      const pages = await world.signIn({ isNewUser: true });
      const expiresAt = Math.floor(world.now) + 600;
      const redemption = redemptionOf(world, pages.sid, { keyHash: 'k', expiresAt });
      const first = await world.guard.redeem(world.username, redemption);
      world.now += 500;
      expect(await world.guard.redeem(world.username, redemption)).toEqual(first);
      if (!('grant' in first)) throw new Error(first.kind);
      await world.guard.end(world.username, first.grant.sid);
      expect(world.status.revoked).toMatchObject([{ tokensUntil: world.now + 600 }]);
    }));

  it('opens nothing under a sign-in that is over, or credentials that were changed', () =>
    GuardWorld.run('code-too-late', async (world) => {
      const pages = await world.signIn({ isNewUser: true, credentialsVersion: 2 });
      const old = redemptionOf(world, pages.sid);
      expect(await world.guard.redeem(world.username, old)).toEqual({ kind: 'credentials_changed' });
      await world.guard.end(world.username, pages.sid);
      expect(await world.guard.redeem(world.username, old)).toEqual({ kind: 'sign_in_ended' });
    }));
});

describe('the end of a client’s session', () => {
  const open = async (world: GuardWorld, changes: Partial<SessionRequest> = {}) => {
    const pages = await world.signIn({ isNewUser: true });
    const redemption = redemptionOf(world, pages.sid);
    const signIn = { ...redemption.signIn, ...changes };
    const outcome = await world.guard.redeem(world.username, { ...redemption, signIn });
    if (!('grant' in outcome)) throw new Error(outcome.kind);
    return { pages, grant: outcome.grant };
  };

  it('is told to its client, however it ends', () =>
    GuardWorld.run('told', async (world) => {
      const { pages, grant } = await open(world);
      await world.guard.end(world.username, pages.sid);
      await world.settle();
      expect(world.notified).toEqual([
        expect.objectContaining({ username: world.username, sid: grant.sid, clientId: 'shop' }),
      ]);
      expect(await world.guard.isLive(world.username, grant.sid)).toBe(false);
    }));

  it('is told again after a refusal and an eviction, until it is taken', () =>
    GuardWorld.run('told-again', async (world) => {
      const { grant } = await open(world);
      world.takesNotices = false;
      await world.guard.endAll(world.username);
      await world.settle();
      expect(world.notified).toHaveLength(1);
      world.evict();
      await world.pass(16);
      expect(world.notified).toHaveLength(3);
      world.takesNotices = true;
      await world.pass(60);
      expect(world.notified.at(-1)).toMatchObject({ sid: grant.sid });
      const tries = world.notified.length;
      await world.pass(86_400);
      expect(world.notified).toHaveLength(tries);
    }));

  it('wakes the guard no more than every few seconds while its client lets it wait', () =>
    GuardWorld.run('silent', async (world) => {
      const { grant } = await open(world);
      const silent = Promise.withResolvers<void>();
      world.silence = silent.promise;
      world.takesNotices = false;
      await world.guard.end(world.username, grant.sid);
      const alarms: number[] = [];
      for (let turn = 0; turn < 10; turn += 1) {
        const alarm = await world.storage.getAlarm();
        if (alarm === null || alarm / 1_000 > world.now + 30) break;
        world.now = Math.max(world.now, alarm / 1_000);
        alarms.push(world.now);
        await world.storage.deleteAlarm();
        await world.guard.alarm();
      }
      expect(alarms.length).toBeGreaterThan(2);
      for (const [index, at] of alarms.entries())
        if (index > 0) expect(at - (alarms[index - 1] ?? 0)).toBeGreaterThanOrEqual(1);
      silent.resolve();
      await world.settle();
    }));

  it('is given up in the end', () =>
    GuardWorld.run('given-up', async (world) => {
      const { grant } = await open(world);
      world.takesNotices = false;
      await world.guard.end(world.username, grant.sid);
      await world.pass(86_400);
      expect(world.notified).toHaveLength(12);
      expect(world.storage.sql.exec('SELECT * FROM logout_notices').toArray()).toEqual([]);
    }));

  it('comes later with offline_access, which outlives the sign-in; its client is told all the same', () =>
    GuardWorld.run('offline', async (world) => {
      const { pages, grant } = await open(world, { scope: 'openid offline_access' });
      await world.guard.end(world.username, pages.sid);
      await world.settle();
      expect(world.notified).toHaveLength(1);
      expect(await world.guard.isLive(world.username, grant.sid)).toBe(true);
    }));

  it('does not come with a new sign-in of the same user in the same browser', () =>
    GuardWorld.run('replaced', async (world) => {
      const { pages, grant } = await open(world);
      const next = await world.signIn({ replaces: pages.sid });
      expect(await world.guard.isLive(world.username, pages.sid)).toBe(false);
      expect(await world.guard.isLive(world.username, grant.sid)).toBe(true);
      await world.guard.end(world.username, next.sid);
      expect(await world.guard.isLive(world.username, grant.sid)).toBe(false);
    }));
});
