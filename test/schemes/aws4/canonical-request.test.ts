import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalQuery,
  canonicalRequest,
  type PathEncoding,
  queryForms,
} from '../../../src/schemes/aws4/canonical-request.ts';
import { sha256Hex, sign, signingKey, stringToSign } from '../../../src/schemes/aws4/signing.ts';
import { anyText } from '../../core/texts.ts';
import { AT, SCOPE, SECRET, VECTORS, type Vector } from './vectors.ts';

async function signatureOf(vector: Vector, encoding: PathEncoding): Promise<string> {
  const payload = await sha256Hex(vector.body);
  const canonical = canonicalRequest({ ...vector, payload }, encoding);
  return sign(await signingKey(SECRET, SCOPE), await stringToSign(canonical, AT, SCOPE));
}

describe('AWS’s test suite', () => {
  // The suite's paths are not encoded yet where that would make a difference.
  it.each(VECTORS)('$name', async (vector) => {
    const encoding = /^[\w./~-]*$/.test(vector.path) ? 'twice' : 'once';
    expect(await signatureOf(vector, encoding)).toBe(vector.signature);
  });

  it('is there', () => {
    expect(VECTORS.length).toBeGreaterThan(25);
  });
});

describe('a query', () => {
  it('is written by AWS’s rules, or as botocore, or sorted, or as it was sent, so that curl signs in', () => {
    const query = 'b=2&a=x+y&a1=3&c&a=%7E';
    expect(queryForms(query)).toEqual([
      'a=x%20y&a=~&a1=3&b=2&c=',
      'a=%7E&a=x+y&a1=3&b=2&c=',
      'a1=3&a=%7E&a=x+y&b=2&c',
      query,
    ]);
    expect(queryForms('')).toEqual(['', '', '', '']);
  });

  it('of another meaning is never written the same', () => {
    const parts = fc.array(fc.stringMatching(/^[ab]=([xy+%]|%2[0Bb5F]|%7E|~){0,3}$/), { maxLength: 3 });
    const meaningOf = (query: string) => [...new URLSearchParams(query)].map(String).toSorted();
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const [signed, sent] = [one.join('&'), other.join('&')];
        const shared = queryForms(signed).filter((form) => queryForms(sent).includes(form));
        if (shared.length > 0) expect(meaningOf(sent)).toEqual(meaningOf(signed));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('the canonical request', () => {
  const pathOf = (path: string, encoding: PathEncoding) =>
    canonicalRequest({ method: 'GET', path, query: '', headers: [], payload: '' }, encoding).split('\n')[1];

  it.each([
    ['/a b', '/a%2520b', '/a%20b'],
    ['/a%20b', '/a%2520b', '/a%20b'],
    ['/%E1%88%B4', '/%25E1%2588%25B4', '/%E1%88%B4'],
    ['/ሴ', '/%25E1%2588%25B4', '/%E1%88%B4'],
    ['/a//b/./c/../d/', '/a/b/d/', '/a//b/./c/../d/'],
    ['/a=b:c', '/a%3Db%3Ac', '/a%3Db%3Ac'],
    ['/%zz', '/%25zz', '/%25zz'],
    ['/..', '/', '/..'],
    ['/', '/', '/'],
    ['', '/', ''],
  ])('encodes the path %s twice or once', (path, twice, once) => {
    expect([pathOf(path, 'twice'), pathOf(path, 'once')]).toEqual([twice, once]);
  });

  it.each([
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=1&a=', 'a=&a=1&a=2'],
    ['a', 'a='],
    ['&&a=1&', 'a=1'],
    ['a=b=c', 'a=b%3Dc'],
    ['a=x+y&b=x%20y&c=x%2By', 'a=x%20y&b=x%20y&c=x%2By'],
    ['%61=%7e%2a', 'a=~%2A'],
    ['a=%e1%88%b4', 'a=%E1%88%B4'],
    ['a=%ff', 'a=%FF'],
    ['B=1&a=1', 'B=1&a=1'],
    ['', ''],
  ])('sorts and encodes the query %s', (query, canonical) => {
    expect(canonicalQuery(query)).toBe(canonical);
  });

  it('is the same for a query that was encoded by it', () => {
    fc.assert(
      fc.property(anyText, (query) => {
        const once = canonicalQuery(query);
        expect(canonicalQuery(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});
