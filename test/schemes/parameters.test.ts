import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExtended, parseParameters, quote } from '../../src/schemes/parameters.ts';
import { anyText } from '../core/texts.ts';

const read = (text: string) => {
  const parameters = parseParameters(text);
  return parameters && Object.fromEntries(parameters);
};

describe('authentication parameters (RFC 9110 section 11.2)', () => {
  it.each([
    ['a token', 'nc=00000001', { nc: '00000001' }],
    ['a quoted-string', 'realm="a b"', { realm: 'a b' }],
    ['escaped characters', String.raw`realm="a\"b\\c\d"`, { realm: 'a"bcd'.replace('bc', String.raw`b\c`) }],
    ['commas and equal signs in quotes', 'uri="/a?b=c,d=e", x=y', { uri: '/a?b=c,d=e', x: 'y' }],
    ['names in any case', 'REALM="Case"', { realm: 'Case' }],
    ['space around', ' \ta = "b" \t,\tc=d ', { a: 'b', c: 'd' }],
    ['empty elements', ',a=b,, ,c=d,', { a: 'b', c: 'd' }],
    ['an empty quoted-string', 'a=""', { a: '' }],
    ['nothing', '', {}],
  ])('takes %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['a name twice', 'a=b, A=c'],
    ['no value', 'a='],
    ['no name', '="b"'],
    ['an open quote', 'a="b'],
    ['an open escape', 'a="b\\'],
    ['no comma', 'a=b c=d'],
    ['a semicolon', 'a=b; c=d'],
    ['a slash outside of quotes', 'uri=/auth/login'],
    ['text after a quote', 'a="b"c'],
    ['another scheme', 'a=b, Digest c=d'],
    ['33 of them', Array.from({ length: 33 }, (_, n) => `a${n}=b`).join()],
  ])('refuses %s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('brings any value back that was quoted', () => {
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[\n\r\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        expect(read(`a=${quote(text)}, b=c`)).toEqual({ a: text, b: 'c' });
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws, and ends soon', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(/^[a-c ="\\,]{0,200}$/)), (text) => {
        expect(() => parseParameters(text)).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
    const hostile = [
      'a=b,'.repeat(2_000),
      '"'.repeat(8_000),
      `a="${'\\'.repeat(8_000)}`,
      `${' '.repeat(100_000)}"`,
    ];
    for (const text of hostile) parseParameters(text);
  });
});

describe('a parameter in UTF-8 (RFC 8187)', () => {
  it('is decoded', () => {
    expect(parseExtended("UTF-8''J%C3%A4s%C3%B8n%20Doe")).toBe('Jäsøn Doe');
    expect(parseExtended("utf-8'en'%e2%82%ac")).toBe('€');
  });

  it.each(["ISO-8859-1''%A3", "UTF-8''%A3", "UTF-8''%", "UTF-8'a", 'plain', "UTF-8''a b", ''])(
    'is refused: %s',
    (text) => {
      expect(parseExtended(text)).toBeUndefined();
    },
  );
});
