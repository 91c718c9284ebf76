import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNonce, readNonce } from '../../src/schemes/nonce.ts';
import { createTestRing, OTHER_MASTER_KEY } from '../support/schemes.ts';

const NOW = 2_000_000_000;
const keys = createTestRing();
const use = { purpose: 'digest', keys, now: NOW, ttlSeconds: 300 };
const random = Uint8Array.from({ length: 12 }, (_, n) => n);

describe('a nonce', () => {
  it('is fresh until its end, with what it carries, and stale afterwards', async () => {
    const nonce = await createNonce(use, random, 'carried: "ä"');
    const known = { context: 'carried: "ä"', expiresAt: NOW + 300 };
    expect(await readNonce(nonce, use)).toEqual({ kind: 'fresh', ...known });
    expect(await readNonce(nonce, { ...use, now: NOW + 299.9 })).toEqual({ kind: 'fresh', ...known });
    expect(await readNonce(nonce, { ...use, now: NOW + 300 })).toEqual({ kind: 'stale', ...known });
  });

  it('differs by its randomness alone', async () => {
    const other = Uint8Array.from(random).reverse();
    expect(await createNonce(use, random)).not.toBe(await createNonce(use, other));
  });

  it('is for one purpose', async () => {
    const nonce = await createNonce(use, random);
    expect(await readNonce(nonce, { ...use, purpose: 'hoba' })).toEqual({ kind: 'forged' });
  });

  it('outlives its master key while that is the previous one', async () => {
    const before = { ...use, keys: createTestRing(OTHER_MASTER_KEY) };
    const nonce = await createNonce(before, random);
    expect(await readNonce(nonce, use)).toEqual({ kind: 'forged' });
    const replaced = createTestRing(undefined, OTHER_MASTER_KEY);
    expect(await readNonce(nonce, { ...use, keys: replaced })).toMatchObject({ kind: 'fresh' });
  });

  it('is forged with any character changed', async () => {
    const nonce = await createNonce(use, random, 'c');
    const changed = fc.tuple(fc.nat(nonce.length - 1), fc.constantFrom(...'aZ09-_.= '));
    await fc.assert(
      fc.asyncProperty(changed, async ([at, character]) => {
        fc.pre(nonce[at] !== character);
        const text = nonce.slice(0, at) + character + nonce.slice(at + 1);
        expect(await readNonce(text, use)).toEqual({ kind: 'forged' });
      }),
      { numRuns: 500 },
    );
    for (const text of ['', nonce.slice(1), `${nonce}A`, nonce.repeat(20)])
      expect(await readNonce(text, use)).toEqual({ kind: 'forged' });
  });
});
