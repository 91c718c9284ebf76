import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReturnTo } from '../../src/core/return-to.ts';

describe('where a page leads back to', () => {
  it.each([
    '/',
    '/account',
    '/account?lang=ko',
    '/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&scope=openid%20email',
    '/a?next=//evil.example',
    '/a:b@c',
  ])('%s', (path) => {
    expect(parseReturnTo(path)).toBe(path);
  });

  it('is spelled as the URL standard does, without a fragment', () => {
    expect(parseReturnTo('/a/../account?q="#top')).toBe('/account?q=%22');
  });

  it.each([
    undefined,
    null,
    7,
    '',
    'account',
    '?a',
    '#a',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/a\\b',
    '/\t/evil.example',
    '/\n/evil.example',
    ' /account',
    '/account ',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    'https://evil.example/',
    'https:/evil.example',
    'javascript:alert(1)',
    '/a\u0000',
    '/a\u007f',
    '/계정',
    `/${'a'.repeat(15_000)}`,
  ])('is never %j', (text) => {
    expect(parseReturnTo(text)).toBeUndefined();
  });

  it('is on this origin as every browser reads it, whatever was sent', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '%2e',
      '%2f',
      '@',
      ':',
      '?',
      '#',
      'a',
      '\t',
      '\n',
      ' ',
      'evil.example',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = parseReturnTo(`/${pieces.join('')}`);
        if (path === undefined) return;
        const url = new URL(path, 'https://id.example.com/signin');
        expect(url.origin).toBe('https://id.example.com');
        expect(parseReturnTo(path)).toBe(path);
      }),
      { numRuns: 2_000 },
    );
  });
});
