import { describe, expect, it } from 'vitest';
import { en } from '../../src/pages/texts/en.ts';
import { ko } from '../../src/pages/texts/ko.ts';
import { chooseLanguage, parseLanguage } from '../../src/pages/texts/language.ts';
import { fill } from '../../src/pages/texts/texts.ts';

describe('the language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['ko', 'ko'],
    ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
    ['en-US,en;q=0.9,ko;q=0.8', 'en'],
    ['fr, ko;q=0.3', 'ko'],
    ['fr;q=0.9, de', 'en'],
    ['KO-kr', 'ko'],
    ['ko;q=0, en;q=0.1', 'en'],
    ['ko;q=0', 'en'],
    ['ko;q=nonsense', 'en'],
    ['en;q=0.5, ko;q=0.5', 'en'],
    ['constructor, __proto__', 'en'],
    [','.repeat(10_000), 'en'],
  ])('for %j is %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });

  it('is one of ours or none', () => {
    expect(parseLanguage('ko-KR')).toBe('ko');
    for (const tag of ['fr', '', 'constructor', 'toString', undefined])
      expect(parseLanguage(tag)).toBeUndefined();
  });

  it('says in Korean all that is said in English, and in Korean letters', () => {
    const texts = said(ko).filter((text) => text !== 'API');
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter((text) => !/[가-힣]/.test(text))).toEqual([]);
  });

  it('has places in Korean only where they are in English', () => {
    const english = said(en);
    const foreign = said(ko).filter((text, index) => {
      const known = placesOf(english[index]);
      return placesOf(text).some((place) => !known.includes(place));
    });
    expect(said(ko)).toHaveLength(english.length);
    expect(foreign).toEqual([]);
  });
});

describe('a text with places', () => {
  it('takes a value for each, as it stands', () => {
    expect(fill('{a} and {b}, {a}', { a: '{b}', b: 2 })).toBe('{b} and 2, {b}');
    expect(fill('$& {a}', { a: '$1' })).toBe('$& $1');
  });

  it('shows a place that has no value', () => {
    expect(fill('in {seconds} s', {})).toBe('in {seconds} s');
  });
});

function said(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Object.values(value as object).flatMap(said);
}

function placesOf(text = ''): string[] {
  return text.match(/\{\w+\}/g) ?? [];
}
