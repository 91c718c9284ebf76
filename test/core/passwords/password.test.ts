import { describe, expect, it } from 'vitest';
import { parsePassword } from '../../../src/core/passwords/password.ts';

const prepared = (text: unknown) => {
  const outcome = parsePassword(text);
  return outcome.ok ? outcome.password : undefined;
};

describe('parsePassword', () => {
  it('takes 8 to 256 code points', () => {
    expect(prepared('a'.repeat(7))).toBeUndefined();
    expect(prepared('a'.repeat(8))).toBe('a'.repeat(8));
    expect(prepared('a'.repeat(256))).toBe('a'.repeat(256));
    expect(prepared('a'.repeat(257))).toBeUndefined();
  });

  it('counts code points, not UTF-16 units', () => {
    expect(prepared('😀'.repeat(7))).toBeUndefined();
    expect(prepared('😀'.repeat(256))).toBe('😀'.repeat(256));
    expect(prepared('😀'.repeat(257))).toBeUndefined();
  });

  it('counts after normalising', () => {
    expect(prepared('e\u0301'.repeat(256))).toBe('é'.repeat(256));
    expect(prepared('e\u0301'.repeat(7))).toBeUndefined();
  });

  it('makes one password of the ways to type it (OpaqueString)', () => {
    expect(prepared('Å\u00a0ngström\u3000ﬁ')).toBe('Å ngström ﬁ');
    expect(prepared('A\u030angstro\u0308m!')).toBe(prepared('Ångström!'));
  });

  it('keeps case, width, inner and outer spaces', () => {
    for (const text of ['PassWord', 'Ｐａｓｓｗｏｒｄ', '  two  spaces  ', 'm\u200dy 👩‍👩‍👧 family'])
      expect(prepared(text)).toBe(text);
  });

  it.each([
    ['a number', 12345678],
    ['nothing', undefined],
    ['a list', ['password1']],
    ['NUL', 'abc\0defgh'],
    ['a line feed', 'abcdefgh\n'],
    ['a C1 control', 'abcdefgh\u0085'],
    ['a line separator', 'abcdefgh\u2028'],
    ['a noncharacter', 'abcdefgh\uffff'],
    ['half a surrogate pair', 'abcdefgh\ud83d'],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('refuses %s', (_, text) => {
    expect(parsePassword(text)).toMatchObject({ ok: false });
  });

  it('never repeats the password in a refusal, and says it in the characters of an error_description', () => {
    for (const text of ['hunter2', `hunter2${'x'.repeat(300)}`, 'hunter2\nhunter2', 'hunter2hunter2\ud83d']) {
      const outcome = parsePassword(text);
      if (outcome.ok) throw new Error('should have been refused');
      expect(outcome.description).not.toContain('hunter2');
      expect(outcome.description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    }
  });
});
