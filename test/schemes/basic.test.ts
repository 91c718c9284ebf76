import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basic, parseBasic } from '../../src/schemes/basic.ts';
import type { Visit } from '../../src/schemes/scheme.ts';
import { anyText } from '../core/texts.ts';

/** Base64 of the UTF-8 of a text, or of bytes. */
function encode(text: string | Uint8Array): string {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return btoa(String.fromCharCode(...bytes));
}

describe('Basic (RFC 7617)', () => {
  it('reads the example of section 2', () => {
    expect(parseBasic('QWxhZGRpbjpvcGVuIHNlc2FtZQ==')).toEqual({
      username: 'Aladdin',
      password: 'open sesame',
    });
  });

  it('reads the example of section 2.1, in UTF-8', () => {
    expect(parseBasic('dGVzdDoxMjPCow==')).toEqual({ username: 'test', password: '123£' });
  });

  it('asks for UTF-8 (section 2.1)', async () => {
    expect(await basic.challenges({ realm: 'https://id.example.com' } as Visit)).toEqual([
      'Basic realm="https://id.example.com", charset="UTF-8"',
    ]);
  });

  it.each([
    ['a colon in the password', 'alice:pass:word:', 'alice', 'pass:word:'],
    ['an empty password', 'alice:', 'alice', ''],
    ['an empty username', ':password', '', 'password'],
    ['a colon alone', ':', '', ''],
    ['spaces, which belong to the password', 'alice: pass word ', 'alice', ' pass word '],
    ['an emoji', 'alice:пароль😀', 'alice', 'пароль😀'],
    ['a byte order mark, which belongs to the username', '\ufeffalice:x', '\ufeffalice', 'x'],
  ])('takes %s', (_, text, username, password) => {
    expect(parseBasic(encode(text))).toEqual({ username, password });
  });

  it.each([
    ['no colon', encode('alice')],
    ['nothing', ''],
    ['NUL in the password (section 2: no control characters)', encode('alice:pass\0word')],
    ['a line feed in the username', encode('ali\nce:password')],
    ['DEL', encode('alice:pass\x7f')],
    ['a C1 control', encode('alice:pass\u0085')],
    ['ISO-8859-1', encode(new Uint8Array([0x74, 0x3a, 0xa3]))],
    ['an overlong form of a colon', encode(new Uint8Array([0x74, 0xc0, 0xba, 0x70]))],
    ['half a surrogate pair', encode(new Uint8Array([0x74, 0x3a, 0xed, 0xa0, 0x80]))],
    ['base64url', 'PDw_Pz8-Pj46'],
    ['padding in the middle', 'QWxh=ZGRpbjpv'],
    ['padding beyond two', 'QQ==='],
    ['a length that base64 never has', 'QWxhZ'],
    ['a space', 'QWxhZGRpbjpv cGVu'],
    ['a line feed', 'QWxhZGRpbjpvcGVu\n'],
    ['a second challenge’s credentials', 'QWxhZGRpbjpvcGVu, Basic QWxhZGRpbjpvcGVu'],
    ['plain text', 'alice:password'],
  ])('refuses %s', (_, credentials) => {
    expect(parseBasic(credentials)).toBeUndefined();
  });

  it('brings any username and password back', () => {
    const visible = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
    fc.assert(
      fc.property(visible, visible, (name, password) => {
        const username = name.replaceAll(':', '');
        expect(parseBasic(encode(`${username}:${password}`))).toEqual({ username, password });
      }),
    );
  });

  it('never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map(encode);
    fc.assert(
      fc.property(fc.oneof(anyText, bytes), (credentials) => {
        expect(() => parseBasic(credentials)).not.toThrow();
      }),
    );
  });
});
