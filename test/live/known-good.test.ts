import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIFFERENCES } from './known-good/differences.ts';
import { answerOf, outcomeOf } from './known-good/outcome.ts';
import { ALIKE } from './known-good/requests.ts';
import { startSides } from './known-good/sides.ts';
import { ALIKE_SIGNED_IN } from './known-good/signed-in.ts';
import { SIGNED_IN_DIFFERENCES } from './known-good/signed-in-differences.ts';

let sides: Awaited<ReturnType<typeof startSides>>;

beforeAll(async () => {
  sides = await startSides();
});
afterAll(() => sides?.stop());

describe.each([
  ['a provider that is known to be good', ALIKE, DIFFERENCES, outcomeOf],
  ['it, with a user who signed in', ALIKE_SIGNED_IN, SIGNED_IN_DIFFERENCES, answerOf],
] as const)('beside %s', (_, alike, differences, read) => {
  it.each(alike)('%s', async (_, send) => {
    const { ours, theirs } = sides;
    const [mine, other] = await Promise.all([send(ours), send(theirs)]);
    expect(await read(mine, ours)).toBe(await read(other, theirs));
  });

  it.each(differences)('otherwise, for a reason: %s', async (_, send, expected) => {
    const { ours, theirs } = sides;
    const [mine, other] = await Promise.all([send(ours), send(theirs)]);
    expect(await read(mine, ours)).toBe(expected);
    expect(await read(other, theirs)).not.toBe(expected);
  });
});
