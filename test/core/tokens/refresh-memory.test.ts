import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KeyRing } from '../../../src/core/keys/key-ring.ts';
import { openRefreshToken, type RefreshToken } from '../../../src/core/tokens/refresh-token.ts';
import { createRefreshTokens } from '../../../src/core/tokens/refresh-tokens.ts';
import { NOW } from '../rings.ts';
import { anyToken, DAY, keys, tokenOf } from './refresh-tokens.ts';

/** A key ring that counts how often it is asked for the keys that open tokens. */
function countingRing(): { ring: KeyRing; asked: () => number } {
  let count = 0;
  const openingKeys: KeyRing['openingKeys'] = (...args) => {
    count += 1;
    return keys.openingKeys(...args);
  };
  return { ring: { ...keys, openingKeys }, asked: () => count };
}

it('remembers a token as it is when it is opened', async () => {
  await fc.assert(
    fc.asyncProperty(anyToken, async (token) => {
      const { ring, asked } = countingRing();
      const text = await createRefreshTokens(ring).seal({ ...token, unknown: 'member' } as RefreshToken);
      const remembering = createRefreshTokens(ring);
      const again = await remembering.seal({ ...token, unknown: 'member' } as RefreshToken);
      const remembered = await remembering.open(again, NOW);
      expect(asked()).toBe(0);
      expect(remembered).toStrictEqual(await openRefreshToken(again, keys, NOW));
      expect(await remembering.open(text, NOW)).toStrictEqual(remembered);
      expect(asked()).toBe(1);
    }),
  );
});

it('lets a token end exactly at its end', async () => {
  const tokens = createRefreshTokens(keys);
  const text = await tokens.seal(tokenOf({ validUntil: NOW + 100 }));
  expect(await tokens.open(text, NOW + 99.999)).toMatchObject({ ok: true });
  expect(await tokens.open(text, NOW + 100)).toEqual({ ok: false, reason: 'expired' });
});

it('knows a token by its whole text', async () => {
  const tokens = createRefreshTokens(keys);
  const text = await tokens.seal(tokenOf());
  for (let at = 0; at < text.length; at += 7) {
    const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'E' : 'A'}${text.slice(at + 1)}`;
    expect(await tokens.open(changed, NOW)).toMatchObject({ ok: false });
  }
  for (const other of [`${text} `, ` ${text}`, text.slice(0, -1), text.toUpperCase()])
    expect(await tokens.open(other, NOW)).toMatchObject({ ok: false });
});

it('opens what it has forgotten', async () => {
  const { ring, asked } = countingRing();
  const tokens = createRefreshTokens(ring);
  const first = await tokens.seal(tokenOf({ username: 'first' }));
  for (let count = 0; count < 1_000; count += 1) await tokens.seal(tokenOf());
  expect(await tokens.open(first, NOW + DAY)).toMatchObject({ ok: true, token: { username: 'first' } });
  expect(asked()).toBe(1);
});
