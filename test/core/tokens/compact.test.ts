import * as fc from 'fast-check';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { isCompact } from '../../../src/core/tokens/compact.ts';
import { otherSpellings } from './forging.ts';

describe('isCompact (RFC 7515 section 2, RFC 4648 section 3.5)', () => {
  it('takes what an encoder writes', () => {
    const bytes = fc.uint8Array({ maxLength: 50 }).map((each) => base64url.encode(each));
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 7 }), (segments) => {
        expect(isCompact(segments.join('.'), 3)).toBe(segments.length === 3);
        expect(isCompact(segments.join('.'), 5)).toBe(segments.length === 5);
      }),
    );
  });

  it('takes exactly one of the texts that a decoder reads as the same bytes', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        const text = base64url.encode(bytes);
        const candidates = [...alphabet].map((last) => text.slice(0, -1) + last);
        const same = candidates.filter((each) => isSameBytes(bytes, each));
        expect(same.length).toBe([1, 16, 4][bytes.length % 3]);
        expect(same.filter((each) => isCompact(`${each}..`, 3))).toEqual([text]);
      }),
    );
  });

  it('takes no other spelling: padding, space, line ends, unused bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        for (const spelling of otherSpellings(base64url.encode(bytes)))
          expect(isCompact(`${spelling}..`, 3)).toBe(false);
      }),
    );
  });

  it.each(['A', 'AAAAA', 'ab+/', 'ab/-', 'äöüß', 'AAAA\u200b', 'ＡＡＡＡ'])('refuses %j', (text) => {
    expect(isCompact(`${text}.AAAA.AAAA`, 3)).toBe(false);
    expect(isCompact(`AAAA.AAAA.${text}`, 3)).toBe(false);
  });
});

/** Reads as a lenient decoder does: unused bits are dropped. */
function isSameBytes(bytes: Uint8Array, text: string): boolean {
  const decoded = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return decoded.length === bytes.length && bytes.every((byte, index) => decoded.charCodeAt(index) === byte);
}
