import { expect, it } from 'vitest';
import { signStatusList } from '../../src/core/status/list-token.ts';
import { NOW, ringOf } from '../core/rings.ts';

/** docs/revocation.md reckons with these. */
it.each([
  [0, 631],
  [17, 743],
  [1_000, 1_986],
])('a full list with %d of its bits set has about %d bytes', async (bits, bytes) => {
  const size = 1_048_576;
  // Spread evenly, which compresses worse than any crowd.
  const revoked = Array.from({ length: bits }, (_, index) => (index * 611_953 + 7) % size);
  const token = await signStatusList('https://id.example.com/status/0', { size, revoked }, ringOf(), NOW);
  expect(Math.abs(token.length - bytes)).toBeLessThan(bytes / 10);
});
