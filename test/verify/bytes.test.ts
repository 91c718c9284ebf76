import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { decodeBriefly, encodeBriefly } from '../../src/verify/bytes.ts';

/** As long as a part of a token can be, and longer, as a status list is. */
const LENGTHS = [0, 1, 2, 3, 64, 6_000, 6_144, 6_145, 200_000];

describe('the bytes of a token', () => {
  it.each(LENGTHS)('%i of them are read as any decoder reads them', (length) => {
    const bytes = new Uint8Array(length).map((_, index) => (index * 7 + length) & 0xff);
    expect(base64url.encode(decodeBriefly(base64url.encode(bytes)))).toBe(base64url.encode(bytes));
  });

  it.each(LENGTHS)('%i characters are encoded, and nothing of what was there before', (length) => {
    encodeBriefly('before '.repeat(1_000), 7_000);
    const text = 'after.'.repeat(length + 1).slice(0, length + 1);
    expect(new TextDecoder().decode(encodeBriefly(text, length))).toBe(text.slice(0, length));
  });
});
