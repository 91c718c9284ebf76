import { describe, expect, it } from 'vitest';
import { EMPTY_BOOK, forget } from '../../src/sdk/core/pair-book.ts';
import { logout } from '../../src/sdk/core/sign-out.ts';
import { wake } from '../../src/sdk/core/wake.ts';
import { CALM, signedIn, signOuts, TEN_MINUTES } from './support/world.ts';

describe('one tab', () => {
  it('uses its token until shortly before it expires, then refreshes once for all that wait', async () => {
    const { world, page, sid } = await signedIn();
    await world.pass(TEN_MINUTES - 31_000);
    expect(await world.token(page)).toMatch(/-0$/);
    await world.pass(2_000);
    const tokens = await world.finish(Promise.all([world.token(page), world.token(page), world.token(page)]));
    expect(new Set(tokens)).toEqual(new Set([expect.stringMatching(/-1$/)]));
    expect(world.issuer.rotations).toEqual(new Map([[`${sid}-0`, 1]]));
    expect(page.changes.map(({ type }) => type)).toEqual(['signed-in', 'refreshed']);
  });

  it.each(['request', 'answer'] as const)('repeats a lost %s with the same key', async (lost) => {
    const { world, page, sid } = await signedIn();
    await world.pass(TEN_MINUTES);
    world.fates = [
      { ...CALM, lost },
      { ...CALM, lost },
    ];
    expect(await world.token(page)).toMatch(/-1$/);
    expect(world.issuer.rotations).toEqual(new Map([[`${sid}-0`, 1]]));
  });

  it('gives up after a while without a network, keeps the session, and goes on when it is back', async () => {
    const { world, page } = await signedIn();
    await world.pass(TEN_MINUTES);
    world.isOffline = true;
    await expect(world.token(page)).rejects.toMatchObject({ code: 'network' });
    expect(page.tab.state.status).toBe('signed-in');
    world.isOffline = false;
    await world.finish(wake(page.tab));
    expect(page.changes.at(-1)?.type).toBe('refreshed');
  });

  it('still uses a token near its end when there is no network', async () => {
    const { world, page } = await signedIn();
    await world.pass(TEN_MINUTES - 29_000);
    world.isOffline = true;
    expect(await world.token(page)).toMatch(/-0$/);
  });

  it('is told apart from a thief, after the cookie was stolen and used', async () => {
    const { world, page, sid } = await signedIn();
    const jar = new Set(world.jar);
    const now = world.now / 1_000;
    world.issuer.answer('/auth/refresh', { session: sid, generation: 0 }, 'thief', jar, now);
    await world.pass(TEN_MINUTES);
    expect(await world.token(page)).toBeNull();
    expect(page.tab.state).toEqual({ status: 'signed-out', reason: 'reuse' });
    expect(world.jar).toEqual(jar);
  });

  it('is signed out, and not taken for a thief, when its jar was put back too far', async () => {
    const { world, page } = await signedIn();
    const jar = new Set(world.jar);
    for (let time = 0; time < 20; time += 1) {
      await world.pass(TEN_MINUTES);
      await world.token(page);
    }
    world.jar.clear();
    for (const name of jar) world.jar.add(name);
    await world.pass(TEN_MINUTES);
    expect(await world.token(page)).toBeNull();
    expect(page.tab.state).toEqual({ status: 'signed-out', reason: 'ended' });
    expect(world.issuer.problems).toEqual([]);
  });
});

describe('tabs', () => {
  it('share a refresh, a sign-in and a sign-out', async () => {
    const { world, page } = await signedIn();
    const other = world.open();
    await world.token(other);
    await world.pass(TEN_MINUTES);
    await world.token(page);
    await world.pass(10);
    const { rotations } = world.issuer;
    const before = rotations.size;
    expect(await world.token(other)).toBe(await world.token(page));
    expect(rotations.size).toBe(before);
    await world.finish(logout(other.tab));
    await world.pass(10);
    expect(page.tab.state).toEqual({ status: 'signed-out', reason: 'logout' });
    await world.signIn(other, 'bob');
    await world.pass(10);
    expect(page.tab.session?.username).toBe('bob');
  });

  it('with an account each keep it, also over a reload', async () => {
    const { world, page } = await signedIn();
    const other = world.open();
    await world.signIn(other, 'bob');
    await world.pass(TEN_MINUTES);
    const reloaded = [world.reload(page), world.reload(other)];
    for (const each of reloaded) await world.token(each);
    expect(reloaded.map(({ tab }) => tab.session?.username)).toEqual(['ada', 'bob']);
  });

  it('sign out without a network: at once here, and at the issuer when it is back', async () => {
    const { world, page, sid } = await signedIn();
    world.isOffline = true;
    await expect(world.finish(logout(page.tab))).rejects.toMatchObject({ code: 'network' });
    expect(page.tab.state).toEqual({ status: 'signed-out', reason: 'logout' });
    const fresh = world.open();
    expect(world.issuer.sessions.has(sid)).toBe(true);
    world.isOffline = false;
    await world.finish(wake(page.tab));
    await world.pass(1_000);
    expect(world.issuer.sessions.has(sid)).toBe(false);
    expect(await world.token(fresh)).toBeNull();
  });
});

describe('a book that lacks the session', () => {
  it.each([
    ['lost', false],
    ['full, with newer sessions in the jar', true],
  ])('because it was %s ends nothing: the jar has it', async (_, isFull) => {
    const { world, page, sid } = await signedIn();
    world.book = EMPTY_BOOK;
    if (isFull) await world.signIn(world.open({ session: '' }), 'bob');
    await world.pass(TEN_MINUTES);
    expect(await world.token(page)).toMatch(new RegExp(`${sid}-1$`));
    expect(signOuts(page)).toEqual([]);
    world.book = EMPTY_BOOK;
    await world.finish(wake(page.tab));
    expect(page.tab.held?.generation).toBe(2);
    world.book = EMPTY_BOOK;
    expect(await world.token(world.reload(page))).toMatch(new RegExp(`${sid}-3$`));
  });

  it('ends nothing while the issuer can’t tell', async () => {
    const { world, page } = await signedIn();
    world.book = EMPTY_BOOK;
    world.isOffline = true;
    await expect(world.finish(wake(page.tab))).rejects.toMatchObject({ code: 'network' });
    await world.pass(TEN_MINUTES);
    await expect(world.token(page)).rejects.toMatchObject({ code: 'network' });
    expect(page.tab.state.status).toBe('signed-in');
  });

  it('as the jar does is over', async () => {
    const { world, page } = await signedIn();
    world.book = EMPTY_BOOK;
    world.jar.clear();
    await world.finish(wake(page.tab));
    expect(page.tab.state).toEqual({ status: 'signed-out', reason: 'ended' });
  });

  it('as its user signed out unheard is over, whatever the jar has', async () => {
    const { world, page, sid } = await signedIn();
    world.book = forget(world.book, sid, true);
    world.fates = [{ ...CALM, lost: 'request' }];
    await world.finish(wake(page.tab));
    expect(page.tab.state).toEqual({ status: 'signed-out', reason: 'ended' });
  });
});

describe('a sign-out that the issuer hasn’t heard', () => {
  it('is not undone by what the jar still holds', async () => {
    const { world, page } = await signedIn();
    world.isOffline = true;
    await expect(world.finish(logout(page.tab))).rejects.toMatchObject({ code: 'network' });
    world.isOffline = false;
    // The new tab tells the issuer first, and that is lost; then it asks for the jar.
    world.fates = [{ ...CALM, lost: 'request' }];
    expect(await world.token(world.open())).toBeNull();
    expect(world.jar.size).toBe(1);
  });
});
