import * as fc from 'fast-check';
import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { parseMasterKey } from '../../../src/core/settings/master-key.ts';

describe('parseMasterKey', () => {
  it('reads 32 bytes or more in base64url (RFC 4648 section 5)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const expected = bytes.length >= 32 ? new Uint8Array(bytes) : undefined;
        expect(parseMasterKey(base64url.encode(bytes))).toEqual(expected);
      }),
    );
  });

  const good = base64url.encode(new Uint8Array(32).fill(255));

  it.each([
    ['nothing', ''],
    ['nothing at all', undefined],
    ['a number', 7],
    ['31 bytes', base64url.encode(new Uint8Array(31))],
    ['padding', `${good}=`],
    ['a line feed', `${good}\n`],
    ['a space', ` ${good}`],
    ['base64’s own letters', good.replaceAll('_', '/')],
    ['a length that base64 never has', `${good}AA`],
    ['letters beyond ASCII', 'ä'.repeat(50)],
  ])('refuses %s', (_, text) => {
    expect(parseMasterKey(text)).toBeUndefined();
  });
});
