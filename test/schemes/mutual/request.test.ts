import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMutualRequest } from '../../../src/schemes/mutual/request.ts';
import { anyText } from '../../core/texts.ts';

const COMMON =
  'version=1, algorithm=iso-kam3-ec-p256-sha256, validation=host, auth-scope="localhost", realm="edgemint"';
const KC1 = 'ab'.repeat(33);
const EXCHANGE = `${COMMON}, user="ada", kc1=${KC1}`;
const VERIFY = `${COMMON}, sid=${'0a'.repeat(18)}, nc=0, vkc=${'cd'.repeat(32)}`;

describe('a request of Mutual (RFC 8120 section 4)', () => {
  it('begins a key exchange', () => {
    expect(parseMutualRequest(EXCHANGE)).toMatchObject({
      kind: 'exchange',
      username: 'ada',
      kc1: BigInt(`0x${KC1}`),
      authScope: 'localhost',
      realm: 'edgemint',
    });
    const quoted = EXCHANGE.replace('version=1', 'version="1"').replace(KC1, `"${KC1.toUpperCase()}"`);
    for (const more of ['unknown=ignored', 'reason=initial', 'nc=none'])
      expect(parseMutualRequest(`${quoted}, ${more}`), more).toMatchObject({ kind: 'exchange' });
    expect(parseMutualRequest(EXCHANGE.replace('user="ada"', "user*=UTF-8''%C3%A9"))).toMatchObject({
      username: 'é',
    });
  });

  it('proves a session', () => {
    expect(parseMutualRequest(VERIFY)).toMatchObject({ kind: 'verify', sid: '0a'.repeat(18), nc: 0 });
    const huge = VERIFY.replace('nc=0', `nc=${'9'.repeat(40)}`);
    expect(parseMutualRequest(huge)).toMatchObject({ nc: Number.MAX_SAFE_INTEGER });
  });

  it.each([
    ['another version', EXCHANGE.replace('version=1', 'version=2')],
    ['no version', EXCHANGE.replace('version=1, ', '')],
    ['another validation', EXCHANGE.replace('=host', '=tls-unique')],
    ['another algorithm', EXCHANGE.replace('p256', 'p384')],
    ['both kinds at once', `${EXCHANGE}, vkc=${'cd'.repeat(32)}`],
    ['a server’s value', `${EXCHANGE}, ks1=${KC1}`],
    ['a server’s proof', `${VERIFY}, vks=${'cd'.repeat(32)}`],
    ['two values of a client', `${EXCHANGE}, kc2=${KC1}`],
    ['a proof and another value', `${VERIFY}, kc1=${KC1}`],
    ['another value alone', EXCHANGE.replace('kc1', 'kc2')],
    ['a server’s other value', `${EXCHANGE}, ks2=${KC1}`],
    ['a short kc1', EXCHANGE.replace(KC1, KC1.slice(2))],
    ['no user', EXCHANGE.replace('user="ada", ', '')],
    ['two users', `${EXCHANGE}, user*=UTF-8''ada`],
    ['nc with a leading zero', VERIFY.replace('nc=0', 'nc=01')],
    ['a negative nc', VERIFY.replace('nc=0', 'nc=-1')],
    ['no nc', VERIFY.replace('nc=0, ', '')],
    ['an odd sid', VERIFY.replace('sid=0a', 'sid=a')],
    ['a sid that is no hex', VERIFY.replace('sid=0a', 'sid=zz')],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(parseMutualRequest(text)).toBeUndefined();
  });

  it('never throws, however it is cut or garbled', () => {
    const cut = fc
      .tuple(fc.constantFrom(EXCHANGE, VERIFY), fc.nat(300), anyText)
      .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at + 3));
    fc.assert(
      fc.property(fc.oneof(anyText, cut), (text) => {
        expect(() => parseMutualRequest(text)).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });
});
