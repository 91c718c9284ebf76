import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessToken } from '../../src/sdk/core/access.ts';
import { type Fate, signedIn, signOuts, TEN_MINUTES } from './support/world.ts';

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
