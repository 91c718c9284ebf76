import fc from 'fast-check';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { isCompact } from '../../src/core/tokens/compact.ts';
import { decodeBriefly, encodeBriefly } from '../../src/verify/bytes.ts';

/** As long as a part of a token can be, and longer, as a status list is. */
const LENGTHS = [0, 1, 2, 3, 64, 6_000, 6_144, 6_145, 200_000];

describe('the bytes of a token', () => {
  it.each(LENGTHS)('%i of them are read as any decoder reads them', (length) => {
    const bytes = new Uint8Array(length).map((_, index) => (index * 7 + length) & 0xff);
    expect(decodeBriefly(base64url.encode(bytes))).toEqual(bytes);
  });

  it('are read from their one spelling, as compact serialisations have it', () => {
    const few = fc.constantFrom(...'AQZaz09-_AAAA=+/ .\n\u00e9\u{1f511}');
    const texts = fc.oneof(fc.string({ unit: few, maxLength: 9 }), fc.base64String({ maxLength: 12 }));
    let readable = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const isOne = !text.includes('.') && isCompact(`${text}..`, 3);
        expect(decodeBriefly(text) !== undefined).toBe(isOne);
        if (isOne && text !== '') readable += 1;
      }),
      { numRuns: 5_000 },
    );
    expect(readable).toBeGreaterThan(200);
  });

  it.each([6_000, 200_000])('are read from %i characters in their one spelling only', (length) => {
    const text = 'A'.repeat(length);
    expect(decodeBriefly(text)).toHaveLength(length * 0.75);
    for (const other of [' ', '=', '+', '.', '\n', '\u00e9'])
      for (const place of [0, length / 2, length - 1])
        expect(decodeBriefly(text.slice(0, place) + other + text.slice(place + 1))).toBeUndefined();
    expect(decodeBriefly(`${text.slice(1)}B`)).toHaveLength(length * 0.75);
    expect(decodeBriefly(text.slice(2))).toHaveLength(length * 0.75 - 2);
    expect(decodeBriefly(`${text.slice(3)}B`)).toBeUndefined();
  });

  it('that are no ASCII are never taken for what was signed', () => {
    const signed = 'a.b'.repeat(20);
    encodeBriefly(signed, signed.length);
    const forged = `${signed.slice(0, -1)}\u00e9`;
    expect(encodeBriefly(forged, signed.length)).not.toEqual(new TextEncoder().encode(signed));
  });

  it.each(LENGTHS)('%i characters are encoded, and nothing of what was there before', (length) => {
    encodeBriefly('before '.repeat(1_000), 7_000);
    const text = 'after.'.repeat(length + 1).slice(0, length + 1);
    expect(new TextDecoder().decode(encodeBriefly(text, length))).toBe(text.slice(0, length));
  });
});
