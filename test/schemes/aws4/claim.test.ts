import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPresigned,
  parseHeaderClaim,
  parseInstant,
  parseQueryClaim,
  withoutSignature,
} from '../../../src/schemes/aws4/claim.ts';
import { anyText } from '../../core/texts.ts';

const SIGNATURE = 'ab'.repeat(32);
const CREDENTIAL = 'AKIDEXAMPLE/20150830/us-east-1/edgemint/aws4_request';
const HEADER = `Credential=${CREDENTIAL}, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`;
const headers = (more: Record<string, string> = {}) =>
  new Headers({ 'x-amz-date': '20150830T123600Z', ...more });
const QUERY = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': CREDENTIAL,
  'X-Amz-Date': '20150830T123600Z',
  'X-Amz-Expires': '300',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': SIGNATURE,
};
const query = (more: Record<string, string> = {}) => String(new URLSearchParams({ ...QUERY, ...more }));

describe('a claim in the header', () => {
  it('is read, with or without spaces, in any order', () => {
    const claim = {
      accessKeyId: 'AKIDEXAMPLE',
      scope: { date: '20150830', region: 'us-east-1', service: 'edgemint' },
      at: '20150830T123600Z',
      signedHeaders: ['host', 'x-amz-date'],
      signature: SIGNATURE,
    };
    expect(parseHeaderClaim(HEADER, headers())).toEqual(claim);
    expect(parseHeaderClaim(HEADER.replaceAll(', ', ','), headers())).toEqual(claim);
    expect(parseHeaderClaim(HEADER.split(', ').toReversed().join(', '), headers())).toEqual(claim);
    const unsigned = headers({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
    expect(parseHeaderClaim(HEADER, unsigned)).toEqual({ ...claim, payload: 'UNSIGNED-PAYLOAD' });
  });

  it('takes its time from Date where there is no X-Amz-Date', () => {
    for (const date of ['20150830T123600Z', 'Sun, 30 Aug 2015 12:36:00 GMT'])
      expect(parseHeaderClaim(HEADER, new Headers({ date }))).toMatchObject({ at: '20150830T123600Z' });
    expect(parseHeaderClaim(HEADER, new Headers())).toBeUndefined();
  });

  it.each([
    ['no signature', HEADER.replace(/, Signature.*/, '')],
    ['a field twice', `${HEADER}, Signature=${SIGNATURE}`],
    ['another field', `${HEADER}, Extra=1`],
    ['half a signature', HEADER.slice(0, -32)],
    ['a signature in capitals', HEADER.replace(SIGNATURE, SIGNATURE.toUpperCase())],
    ['another terminator', HEADER.replace('aws4_request', 'aws4_response')],
    ['no service', HEADER.replace('/edgemint', '')],
    ['a date other than the time’s', HEADER.replace('20150830/', '20150831/')],
    ['unsorted headers', HEADER.replace('host;x-amz-date', 'x-amz-date;host')],
    ['a header twice', HEADER.replace('host;', 'host;host;')],
    ['a header in capitals', HEADER.replace('host;', 'Host;')],
    ['no header', HEADER.replace('host;x-amz-date', '')],
    ['a slash in the key id', HEADER.replace('AKID', 'AK/D')],
  ])('is refused with %s', (_, text) => {
    expect(parseHeaderClaim(text, headers())).toBeUndefined();
  });

  it.each([
    [{ 'x-amz-security-token': 'token' }],
    [{ 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }],
    [{ 'x-amz-content-sha256': 'abc' }],
    [{ 'x-amz-date': '20150830' }],
    [{ 'x-amz-date': '20150830T256000Z' }],
  ])('is refused beside %o', (more) => {
    expect(parseHeaderClaim(HEADER, headers(more as Record<string, string>))).toBeUndefined();
  });

  it('never throws, however it is cut or garbled', () => {
    const cut = fc.tuple(fc.nat(HEADER.length), anyText).map(([at, text]) => HEADER.slice(0, at) + text);
    fc.assert(
      fc.property(fc.oneof(anyText, cut), (text) => {
        expect(() => parseHeaderClaim(text, headers())).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a claim in the query', () => {
  it('is read', () => {
    expect(isPresigned(query())).toBe(true);
    expect(parseQueryClaim(query())).toMatchObject({ signedHeaders: ['host'], expiresSeconds: 300 });
    expect(withoutSignature(`a=1&${query()}&b=2`)).not.toContain(SIGNATURE);
  });

  it.each([
    { 'X-Amz-Security-Token': 'token' },
    { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' },
    { 'X-Amz-Expires': '0' },
    { 'X-Amz-Expires': '604801' },
    { 'X-Amz-Expires': '-1' },
    { 'X-Amz-Expires': '1e3' },
    { 'X-Amz-Date': '' },
    { 'x-amz-date': '20150830T123601Z' },
  ])('is refused with %o', (more) => {
    expect(parseQueryClaim(query(more as Record<string, string>))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => parseQueryClaim(`X-Amz-Signature=${text}`)).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

it('reads moments that there are', () => {
  expect(parseInstant('20150830T123600Z')).toBe(1_440_938_160);
  for (const text of ['20150230T000000Z', '20151301T000000Z', '20150830T123600', '2015-08-30T12:36:00Z', ''])
    expect(parseInstant(text), text).toBeUndefined();
});
