import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUsername } from '../../../src/core/account/username.ts';
import { anyText } from '../texts.ts';

describe('parseUsername', () => {
  it.each([
    ['alice', 'alice'],
    ['Alice.Smith', 'alice.smith'],
    ['a', 'a'],
    ['7', '7'],
    ['alice@example.com', 'alice@example.com'],
    ['a._@+-', 'a._@+-'],
    ['a'.repeat(64), 'a'.repeat(64)],
  ])('takes %s', (text, username) => {
    expect(parseUsername(text)).toBe(username);
  });

  it.each([
    ['nothing', ''],
    ['65 characters', 'a'.repeat(65)],
    ['a first dot', '.alice'],
    ['a first at', '@alice'],
    ['a first dash', '-alice'],
    ['a space', 'al ice'],
    ['a space at the end', 'alice '],
    ['a line feed at the end', 'alice\n'],
    ['NUL', 'alice\0'],
    ['a colon, which Basic needs', 'al:ice'],
    ['a slash, which an address needs', 'al/ice'],
    ['a client’s colon', 'client:app'],
    ['an umlaut', 'älice'],
    ['a Kelvin sign, whose small letter is k', '\u212Aate'],
    ['a dotted capital I, whose small letter begins with i', 'al\u0130ce'],
    ['a Cyrillic a', 'аlice'],
    ['wide letters', 'ａlice'],
    ['an emoji', '😀'],
    ['a list', ['alice']],
    ['a number', 7],
    ['null', null],
    ['nothing at all', undefined],
  ])('refuses %s', (_, text) => {
    expect(parseUsername(text)).toBeUndefined();
  });

  it('takes exactly the texts of its rule, and is content with its own answer', () => {
    const text = fc.oneof(fc.stringMatching(/^[a-zA-Z0-9._@+-]{0,66}$/), anyText);
    fc.assert(
      fc.property(text, (name) => {
        const username = parseUsername(name);
        expect(username !== undefined).toBe(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/.test(name));
        if (username !== undefined) expect(parseUsername(username)).toBe(username);
      }),
    );
  });
});
