import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findChallenge, parseParameters } from '../../src/sdk/mutual/challenge.ts';
import { anyText } from '../core/texts.ts';

const find = (header: string | null) => {
  const parameters = findChallenge(header);
  return parameters && Object.fromEntries(parameters);
};

describe('the challenge of Mutual (RFC 9110 section 11.6.1)', () => {
  it.each([
    ['alone', 'Mutual realm="a b", version=1', { realm: 'a b', version: '1' }],
    [
      'among others',
      'Digest realm="x", nonce="a, b", mutual sid=00,ks1="a=" , Basic realm="y"',
      {
        sid: '00',
        ks1: 'a=',
      },
    ],
    [
      'with escapes and commas in quotes',
      String.raw`Mutual realm="a\"b\\c, d=e", nc-max=5`,
      {
        realm: 'a"b\\c, d=e',
        'nc-max': '5',
      },
    ],
    ['with names in any case', 'Mutual KS1=0A', { ks1: '0A' }],
    ['with empty elements', 'Mutual a=b,, ,\tc=d,', { a: 'b', c: 'd' }],
  ])('is found %s', (_, header, expected) => {
    expect(find(header)).toEqual(expected);
  });

  it.each([null, '', 'Basic realm="a"', 'Mutually realm="a"', 'Digest mutual=1'])(
    'is not in %j',
    (header) => {
      expect(find(header)).toBeUndefined();
    },
  );

  it('is read without a throw, and soon, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(/^[a-c ="\\,]{0,200}$/)), (text) => {
        expect(() => findChallenge(`Mutual ${text}`)).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
    for (const piece of [' ', ',', ', ', 'a', '"', '\\', 'Mutual ', 'a=b,'])
      for (const end of ['', '"', 'a']) {
        findChallenge(piece.repeat(50_000) + end);
        parseParameters(piece.repeat(50_000) + end);
      }
  });
});
