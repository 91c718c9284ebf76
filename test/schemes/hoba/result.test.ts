import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatToBeSigned, parseHobaResult } from '../../../src/schemes/hoba/result.ts';
import { originWithPort } from '../../../src/schemes/origin.ts';
import { anyText } from '../../core/texts.ts';

describe('HOBA (RFC 7486)', () => {
  it('signs each field behind its length, an absent realm with length 0 (section 2)', () => {
    const parts = { nonce: 'Pm3yUW-sW5Q', alg: '0', origin: 'https://example.com:443', kid: 'a2lk' } as const;
    expect(formatToBeSigned({ ...parts, realm: '', challenge: 'pUE77w0' })).toBe(
      '11:Pm3yUW-sW5Q1:023:https://example.com:4430:4:a2lk7:pUE77w0',
    );
    expect(formatToBeSigned({ ...parts, realm: 'edgemint', challenge: 'c' })).toContain(
      '8:edgemint4:a2lk1:c',
    );
  });

  it.each([
    ['https://id.example.com', 'https://id.example.com:443'],
    ['http://localhost', 'http://localhost:80'],
    ['http://localhost:8787', 'http://localhost:8787'],
    ['http://[::1]:8787', 'http://[::1]:8787'],
  ])('names the port of %s', (issuer, origin) => {
    expect(originWithPort(issuer)).toBe(origin);
  });

  it('reads an answer', () => {
    const expected = { kid: 'kid', challenge: 'cha-', nonce: 'no_n', signature: 'sign' };
    expect(parseHobaResult('result="kid.cha-.no_n.sign"')).toEqual(expected);
    expect(parseHobaResult('result=kid.cha-.no_n.sign')).toEqual(expected);
    // What is signed is what was sent, so padding stays.
    const padded = { kid: 'ki==', challenge: 'ch4=', nonce: 'n===='.slice(0, 3), signature: 'si==' };
    expect(parseHobaResult('result="ki==.ch4=.n==.si=="')).toEqual(padded);
  });

  it.each([
    ['nothing', ''],
    ['no result', 'token="kid.cha-.nonce.sign"'],
    ['three parts', 'result="kid.cha-.sign"'],
    ['five parts', 'result="kid.cha-.nonce.sign.more"'],
    ['an empty part', 'result="kid..nonce.sign"'],
    ['padding in the middle', 'result="kid.ch=a.nonce.sign"'],
    ['three signs of padding', 'result="kid.cha-.nonce.sig==="'],
    ['nothing but padding', 'result="=.cha-.nonce.sign"'],
    ['base64', 'result="kid.ch+/.nonce.sign"'],
    ['a length that base64url never has', 'result="kid.cha-.nonce.signa"'],
    ['a key id of 129', `result="${'k'.repeat(129)}.cha-.nonce.sign"`],
    ['a huge part', `result="kid.cha-.nonce.${'s'.repeat(1_028)}"`],
    ['two results', 'result="kid.cha-.nonce.sign", result="kid.cha-.nonce.sign"'],
  ])('refuses %s', (_, text) => {
    expect(parseHobaResult(text)).toBeUndefined();
  });

  it('never throws', () => {
    const like = fc.stringMatching(/^result="[a-zA-Z0-9_.=-]{0,60}"?$/);
    fc.assert(
      fc.property(fc.oneof(anyText, like), (text) => {
        expect(() => parseHobaResult(text)).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });
});
