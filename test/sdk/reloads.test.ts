import { describe, expect, it } from 'vitest';
import { accessToken } from '../../src/sdk/core/access.ts';
import { forget } from '../../src/sdk/core/pair-book.ts';
import { resume } from '../../src/sdk/core/resume.ts';
import { logout } from '../../src/sdk/core/sign-out.ts';
import { CALM, type Fate, signedIn, signOuts, TEN_MINUTES } from './support/world.ts';

describe('a page that was reloaded', () => {
  it.each([
    ['before the issuer answered', 5, 5_000],
    ['between the browser and the page', 5_000, 0],
  ])('%s goes on', async (_, killedAfter, back) => {
    const { world, page } = await signedIn();
    await world.pass(TEN_MINUTES);
    world.fates = [{ there: 10, back, lost: 'no' }];
    world.token(page).catch(() => {});
    await world.pass(killedAfter === 5 ? 5 : 9);
    const next = world.reload(page);
    await world.pass(100);
    expect(await world.token(next)).toMatch(/-[12]$/);
    expect(next.tab.state.status).toBe('signed-in');
    expect(world.issuer.problems).toEqual([]);
  });

  it('finds out that the jar has moved on, however often the network failed before', async () => {
    const { world, page } = await signedIn();
    await world.pass(TEN_MINUTES);
    world.token(page).catch(() => {});
    await world.pass(5);
    const next = world.reload(page);
    world.isOffline = true;
    await expect(world.token(next)).rejects.toMatchObject({ code: 'network' });
    world.isOffline = false;
    const lost: Fate = { ...CALM, lost: 'request' };
    world.fates = [lost, lost, lost, lost];
    expect(await world.token(next)).toMatch(/-2$/);
    expect(signOuts(next)).toEqual([]);
  });

  it('outlives a 409 to a request that the network held back, however often the network failed before', async () => {
    const { world, page } = await signedIn();
    await world.pass(TEN_MINUTES);
    const lost: Fate = { ...CALM, lost: 'request' };
    const dying: Fate = { there: 10, back: 0, lost: 'no' };
    world.fates = [lost, lost, lost, lost, lost, { ...CALM, there: 2_000 }, dying, CALM, dying];
    const token = accessToken(page.tab);
    await world.pass(11_700);
    // Meanwhile the jar moves on by two generations, and the pages that did it die before they can say so.
    for (const milliseconds of [9, 29]) {
      const other = world.open();
      accessToken(other.tab).catch(() => {});
      await world.pass(milliseconds);
      world.kill(other);
      await world.pass(20);
    }
    expect(await world.finish(token)).toMatch(/-3$/);
    expect(signOuts(page)).toEqual([]);
  });

  it('asks the jar if the browser has forgotten the book, and spends nothing by it', async () => {
    const { world, page, sid } = await signedIn();
    world.kill(page);
    world.book = { sessions: {}, ending: [] };
    const next = world.open();
    world.fates = [
      { ...CALM, lost: 'answer' },
      { ...CALM, lost: 'answer' },
      CALM,
      { ...CALM, lost: 'answer' },
    ];
    expect(await world.token(next)).toMatch(/-1$/);
    expect(next.tab.session).toEqual({ id: sid, username: 'ada' });
    expect(world.issuer.rotations).toEqual(new Map([[`${sid}-0`, 1]]));
  });

  it('without a network is who it was', async () => {
    const { world, page, sid } = await signedIn();
    await world.pass(10);
    world.isOffline = true;
    const next = world.reload(page);
    await world.finish(resume(next.tab));
    expect(next.tab.state).toEqual({ status: 'signed-in', session: { id: sid, username: 'ada' } });
    await expect(world.token(next)).rejects.toMatchObject({ code: 'network' });
    world.isOffline = false;
    expect(await world.token(next)).toMatch(/-1$/);
  });

  it('while the issuer is busy is who it was', async () => {
    const { world, page, sid } = await signedIn();
    await world.pass(10);
    const next = world.reload(page);
    next.tab.fetch = async () => Response.json({ error: 'temporarily_unavailable' }, { status: 503 });
    await world.finish(resume(next.tab));
    expect(next.tab.state).toEqual({ status: 'signed-in', session: { id: sid, username: 'ada' } });
  });

  it('while another tab signs out unheard is signed out', async () => {
    const { world, page, sid } = await signedIn();
    await world.pass(10);
    const next = world.reload(page);
    const { fetch } = next.tab;
    next.tab.fetch = (request) => {
      world.book = forget(world.book, sid);
      return fetch(request);
    };
    expect(await world.token(next)).toBeNull();
    expect(next.tab.state).toEqual({ status: 'signed-out', reason: 'ended' });
  });

  it('that is signed in to while it still asks for the jar is who signed in, and so are new tabs', async () => {
    const { world, page } = await signedIn();
    world.kill(page);
    world.book = { sessions: {}, ending: [] };
    const next = world.open();
    world.fates = [{ there: 10, back: 500, lost: 'no' }];
    const resuming = resume(next.tab);
    await world.pass(20);
    await world.signIn(next, 'bob');
    await world.finish(resuming);
    await world.pass(1_000);
    expect(next.tab.session?.username).toBe('bob');
    const fresh = world.open();
    await world.token(fresh);
    expect(fresh.tab.session?.username).toBe('bob');
  });

  it('after a sign-out stays signed out, whoever is signed in in another tab', async () => {
    const { world, page } = await signedIn();
    const other = world.open({ session: '' });
    await world.signIn(other, 'bob');
    await world.pass(10);
    await world.finish(logout(page.tab));
    const next = world.reload(page);
    expect(await world.token(next)).toBeNull();
    expect(world.reload(other).kept.session).toMatch(/bob/);
  });
});
