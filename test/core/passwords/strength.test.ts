import { describe, expect, it } from 'vitest';
import { createStrengthCheck, type Dictionaries } from '../../../src/core/passwords/strength.ts';

const sentences = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, `"${name}".`])) as Record<T, string>;

/** Small enough to read; the real lists are an asset, not a module. */
const DICTIONARIES: Dictionaries = {
  dictionary: {
    'passwords-common': ['123456', 'password', 'qwerty', 'letmein'],
    'commonWords-en': ['you', 'the', 'horse', 'battery', 'correct', 'staple'],
  },
  graphs: {},
  translations: {
    warnings: sentences([
      ...([
        'straightRow',
        'keyPattern',
        'simpleRepeat',
        'extendedRepeat',
        'sequences',
        'recentYears',
      ] as const),
      ...(['dates', 'topTen', 'topHundred', 'common', 'similarToCommon', 'wordByItself'] as const),
      ...(['namesByThemselves', 'commonNames', 'userInputs', 'pwned'] as const),
    ]),
    suggestions: sentences([
      ...(['l33t', 'reverseWords', 'allUppercase', 'capitalization', 'dates', 'recentYears'] as const),
      ...(['associatedYears', 'sequences', 'repeated', 'longerKeyboardPattern', 'anotherWord'] as const),
      ...(['useWords', 'noNeed', 'pwned'] as const),
    ]),
    timeEstimation: sentences([
      ...(['ltSecond', 'second', 'seconds', 'minute', 'minutes', 'hour', 'hours', 'day', 'days'] as const),
      ...(['month', 'months', 'year', 'years', 'centuries'] as const),
    ]),
  },
};

const check = createStrengthCheck(DICTIONARIES);

describe('createStrengthCheck', () => {
  it.each(['correct horse battery staple', 'kumquat-oboe-42-zither', 'b7Kq-x2Wm-9fTz'])(
    'lets %s pass',
    (password) => {
      expect(check(password, 'alice')).toBeUndefined();
    },
  );

  it.each([
    'password',
    'p@ssw0rd',
    'drowssap',
    'aaaaaaaa',
    'abcdefgh',
    '12345678',
    '19900101',
    'passwordpassword',
  ])('refuses %s', (password) => {
    expect(check(password, 'alice')).toMatch(/^This password is too easy to guess\. /);
  });

  it('says why and what helps', () => {
    expect(check('password', 'alice')).toBe("This password is too easy to guess. 'topTen'. 'anotherWord'.");
    expect(check('aaaaaaaa', 'alice')).toContain("'simpleRepeat'.");
  });

  it('takes the username, and its parts, for known', () => {
    expect(check('wilhelmina77', 'bob')).toBeUndefined();
    expect(check('wilhelmina77', 'wilhelmina')).toContain('It is too close to your username.');
    expect(check('wilhelmina77', 'wilhelmina.x@example.com')).toContain('It is too close to your username.');
  });

  it('never repeats the password, and stays in the characters of an error_description', () => {
    for (const password of ['letmein"1', 'letmein\\1', 'letmein1']) {
      const refusal = check(password, 'letmein');
      expect(refusal).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(refusal).not.toContain('letmein');
    }
  });

  it('is not taken in by names of object members', () => {
    for (const password of ['constructor', '__proto__', 'hasOwnProperty', 'toString!']) {
      expect(() => check(password, 'constructor')).not.toThrow();
    }
  });

  it('looks at the first 64 characters only, so that a long password costs little', () => {
    expect(check(`${'a'.repeat(64)}b7Kq-x2Wm-9fTz`, 'alice')).toBeDefined();
    expect(check('@4$5!1|0oO'.repeat(25), 'alice')).toBeUndefined();
  });
});
