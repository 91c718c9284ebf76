import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIFFERENCES } from './known-good/differences.ts';
import { startKnownGood } from './known-good/provider.ts';
import { ALIKE } from './known-good/requests.ts';
import { outcomeOf, Side } from './known-good/side.ts';
import { LiveServer } from './support/server.ts';

let server: LiveServer;
let knownGood: Awaited<ReturnType<typeof startKnownGood>>;
let ours: Side;
let theirs: Side;

beforeAll(async () => {
  server = await LiveServer.start({ CLIENT_REGISTRATION: 'open', RESOURCES: 'https://api.example.com' });
  knownGood = await startKnownGood();
  [ours, theirs] = [await Side.create(server.url), await Side.create(knownGood.url)];
});
afterAll(async () => {
  knownGood?.stop();
  await server?.stop();
});

describe('beside a provider that is known to be good', () => {
  it.each(ALIKE)('%s', async (_, send) => {
    const [mine, other] = await Promise.all([send(ours), send(theirs)]);
    expect(await outcomeOf(mine, ours)).toBe(await outcomeOf(other, theirs));
  });

  it.each(DIFFERENCES)('otherwise, for a reason: %s', async (_, send, expected) => {
    const [mine, other] = await Promise.all([send(ours), send(theirs)]);
    expect(await outcomeOf(mine, ours)).toBe(expected);
    expect(await outcomeOf(other, theirs)).not.toBe(expected);
  });
});
