import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthorization } from '../../src/schemes/authorization.ts';
import { parseBasic } from '../../src/schemes/basic.ts';
import { isBearerToken } from '../../src/schemes/bearer.ts';
import { anyText } from '../core/texts.ts';

describe('parseAuthorization (RFC 9110 section 11.6.2)', () => {
  it.each([
    ['Basic QWxhZGRpbg==', 'basic', 'QWxhZGRpbg=='],
    ['bEaReR abc.def', 'bearer', 'abc.def'],
    ['Bearer    abc', 'bearer', 'abc'],
    ['Bearer abc  ', 'bearer', 'abc'],
    ['Digest username="a", realm="b"', 'digest', 'username="a", realm="b"'],
    ['AWS4-HMAC-SHA256 Credential=x', 'aws4-hmac-sha256', 'Credential=x'],
  ])('reads %j', (value, scheme, credentials) => {
    expect(parseAuthorization(value)).toEqual({ scheme, credentials });
  });

  it.each([
    ['nothing', ''],
    ['a scheme alone', 'Bearer'],
    ['a scheme and a space', 'Bearer '],
    ['no scheme', ' abc'],
    ['a tab', 'Bearer\tabc'],
    ['a line feed', 'Bearer abc\ndef'],
    ['a colon in the scheme', 'Bea:rer abc'],
    ['letters beyond ASCII in the scheme', 'Bärer abc'],
    ['two headers that came to one, the first without credentials', 'Bearer, Bearer abc'],
    ['8 KiB and more', `Bearer ${'a'.repeat(8_192)}`],
    ['100 KB', `Bearer ${'a'.repeat(102_400)}`],
  ])('refuses %s', (_, value) => {
    expect(parseAuthorization(value)).toBe('malformed');
  });

  it('reads 8 KiB', () => {
    expect(parseAuthorization(`Bearer ${'a'.repeat(8_185)}`)).toMatchObject({ scheme: 'bearer' });
  });

  it('leaves two headers that came to one to the scheme, which refuses them', () => {
    for (const value of ['Bearer abc, Bearer abc', 'Bearer abc, Basic QTpi']) {
      const read = parseAuthorization(value);
      expect(read !== 'malformed' && isBearerToken(read.credentials), value).toBe(false);
    }
    for (const value of ['Basic QTpi, Basic QTpi', 'Basic QTpi,Bearer abc']) {
      const read = parseAuthorization(value);
      expect(read !== 'malformed' && parseBasic(read.credentials), value).toBeUndefined();
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect(() => parseAuthorization(value)).not.toThrow();
      }),
    );
  });
});
