import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessToken } from '../../src/sdk/core/access.ts';
import { forget } from '../../src/sdk/core/pair-book.ts';
import { resume } from '../../src/sdk/core/resume.ts';
import { logout } from '../../src/sdk/core/sign-out.ts';
import { wake } from '../../src/sdk/core/wake.ts';
import { CALM, type Fate, type Page, World } from './support/world.ts';

const TEN_MINUTES = 600_000;

async function signedIn(username = 'ada'): Promise<{ world: World; page: Page; sid: string }> {
  const world = new World();
  const page = world.open();
  await world.signIn(page, username);
  const { session } = page.tab;
  if (!session) throw new Error('nobody is signed in');
  return { world, page, sid: session.id };
}

const signOuts = (page: Page) => page.changes.filter(({ type }) => type === 'signed-out');

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

const fate: fc.Arbitrary<Fate> = fc.record({
  there: fc.integer({ min: 1, max: 400 }),
  back: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constant(1_500_000)),
  lost: fc.constantFrom('no', 'no', 'no', 'request', 'answer'),
});
const step = fc.record({
  does: fc.constantFrom('token', 'token', 'token', 'reload', 'open', 'kill'),
  which: fc.nat(3),
  wait: fc.constantFrom(0, 5, 200, 30_000, TEN_MINUTES, 2 * TEN_MINUTES),
});

describe('whatever the network does', () => {
  it('nobody is signed out or taken for a thief, and no generation is rotated twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.array(fate, { maxLength: 40 }),
        async (steps, fates) => {
          const { world, page, sid } = await signedIn();
          world.fates = [...fates];
          const seen = new Set([page]);
          for (const { does, which, wait } of steps) {
            const chosen = world.pages[which % world.pages.length];
            if (!chosen || does === 'open') seen.add(world.open());
            else if (does === 'reload') seen.add(world.reload(chosen));
            else if (does === 'kill' && world.pages.length > 1) world.kill(chosen);
            else accessToken(chosen.tab).catch(() => {});
            await world.pass(wait);
          }
          world.fates = [];
          await world.pass(3 * TEN_MINUTES);
          for (const each of world.pages) expect(await world.token(each)).toMatch(/-\d+$/);
          expect([...seen].flatMap(signOuts)).toEqual([]);
          expect(world.issuer.problems).toEqual([]);
          for (const [name, times] of world.issuer.rotations)
            expect({ name, times }).toEqual({ name, times: 1 });
          expect(world.issuer.sessions.has(sid)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
