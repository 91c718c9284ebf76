import { describe, expect, it } from 'vitest';
import { encodeInteger, encodeString, toInt, toOctets } from '../../../src/schemes/mutual/octets.ts';

const octal = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('the support functions of RFC 8120 section 12.1', () => {
  it.each([
    [0, '\0'],
    [100, 'd'],
    [127, '\x7f'],
    [128, '\x81\0'],
    [10_000, '\xce\x10'],
    [1_000_000, '\xbd\x84@'],
  ])('VI(%i)', (value, expected) => {
    expect(encodeInteger(value)).toEqual(octal(expected));
  });

  it('VS', () => {
    expect(encodeString('')).toEqual(octal('\0'));
    expect(encodeString('Tea')).toEqual(octal('\x03Tea'));
    expect(encodeString('Café')).toEqual(octal('\x05Caf\xc3\xa9'));
    expect(encodeString('a'.repeat(10_000))).toEqual(octal(`\xce\x10${'a'.repeat(10_000)}`));
  });

  it('OCTETS and INT', () => {
    expect(toOctets(258n, 4)).toEqual(octal('\0\0\x01\x02'));
    expect(toInt(toOctets(2n ** 521n - 1n, 66))).toBe(2n ** 521n - 1n);
    expect(toInt(new Uint8Array())).toBe(0n);
  });
});
