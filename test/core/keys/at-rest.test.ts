import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { openAtRest, sealAtRest } from '../../../src/core/keys/at-rest.ts';
import { createTestRing, OTHER_MASTER_KEY } from '../../support/schemes.ts';

const NOW = 2_000_000_000;
const keys = createTestRing();
const binding = { purpose: 'aws4', username: 'ada', id: 'KEY1' };
const data = { secret: 'a secret' };

describe('what is sealed for rest', () => {
  it('opens for its user, purpose and id, and shows none of it', async () => {
    const text = await sealAtRest(data, binding, keys);
    expect(await openAtRest(text, binding, keys, NOW)).toEqual({ data, isCurrent: true });
    expect(atob(text.split('.')[0] ?? '')).not.toContain('ada');
    expect(text).not.toContain(btoa('a secret').slice(0, 8));
  });

  it.each([{ username: 'eve' }, { purpose: 'hoba' }, { id: 'KEY2' }])(
    'does not open for another: %o',
    async (other) => {
      const text = await sealAtRest(data, binding, keys);
      expect(await openAtRest(text, { ...binding, ...other }, keys, NOW)).toBeUndefined();
    },
  );

  it('names its key by an id that is no epoch: it opens years later', async () => {
    const text = await sealAtRest(data, binding, keys);
    expect(decodeProtectedHeader(text).kid).toMatch(/^[\w-]{8}$/);
    expect(await openAtRest(text, binding, keys, NOW * 2)).toEqual({ data, isCurrent: true });
  });

  it('opens under the previous master key, and says that it is to be sealed again', async () => {
    const text = await sealAtRest(data, binding, createTestRing(OTHER_MASTER_KEY));
    expect(await openAtRest(text, binding, keys, NOW)).toBeUndefined();
    const replaced = createTestRing(undefined, OTHER_MASTER_KEY);
    expect(await openAtRest(text, binding, replaced, NOW)).toEqual({ data, isCurrent: false });
  });

  it.each(['', 'x', 'a.b.c.d.e', 'eyJhbGciOiJkaXIifQ..a.b.c'])(
    'is refused where it is damaged: %s',
    async (text) => {
      expect(await openAtRest(text, binding, keys, NOW)).toBeUndefined();
    },
  );
});
