import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashAttempt, parseIdempotencyKey } from '../../../src/core/account/attempt.ts';

const SID = 'tgk1x0_8f3a09c2d4e5b6a7';

describe('parseIdempotencyKey (draft-ietf-httpapi-idempotency-key-header section 2)', () => {
  it.each(['a', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '~!', 'x'.repeat(255)])('takes %s', (key) => {
    expect(parseIdempotencyKey(key)).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['256 characters', 'x'.repeat(256)],
    ['a space', 'a b'],
    ['a space at the end', 'a '],
    ['a tab', 'a\tb'],
    ['a line feed', 'a\n'],
    ['NUL', '\0'],
    ['DEL', 'a\x7f'],
    ['a letter beyond ASCII', 'ä'],
  ])('refuses %s', (_, key) => {
    expect(parseIdempotencyKey(key)).toBeUndefined();
  });
});

describe('hashAttempt', () => {
  it('is 96 bits in base64url, always the same for the same attempt', async () => {
    const hash = await hashAttempt(SID, 3, 'key');
    expect(hash).toMatch(/^[\w-]{16}$/);
    expect(await hashAttempt(SID, 3, 'key')).toBe(hash);
  });

  it('differs by session, generation and key, however these run into each other', async () => {
    const attempt = fc.tuple(
      fc.constantFrom(SID, 'tgk1x0_8f3a09c2d4e5b6a8'),
      fc.nat(120),
      fc.stringMatching(/^[-0-9 1]{1,4}$/),
    );
    await fc.assert(
      fc.asyncProperty(attempt, attempt, async (one, other) => {
        const isSame = one.join('|') === other.join('|');
        expect((await hashAttempt(...one)) === (await hashAttempt(...other))).toBe(isSame);
      }),
    );
  });

  it('does not contain the key', async () => {
    expect(await hashAttempt(SID, 0, 'a')).not.toBe('a');
  });
});
