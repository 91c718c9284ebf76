import { not, rfc, type Specification, testsIn } from './requirement.ts';

const digest = testsIn('test/http/digest.test.ts');
const digestRefusals = testsIn('test/http/digest-refusals.test.ts');
const hashing = testsIn('test/schemes/digest/hashing.test.ts');
const hoba = testsIn('test/http/hoba.test.ts');
const result = testsIn('test/schemes/hoba/result.test.ts');
const mutual = testsIn('test/http/mutual.test.ts');
const mutualRefusals = testsIn('test/http/mutual-refusals.test.ts');
const mutualClient = testsIn('test/http/mutual-client.test.ts');
const messages = testsIn('test/schemes/mutual/request.test.ts');
const octets = testsIn('test/schemes/mutual/octets.test.ts');
const kam3 = testsIn('test/schemes/mutual/kam3.test.ts');
const nonceWindow = testsIn('test/core/passwords/nonce-window.test.ts');
const parameters = testsIn('test/schemes/parameters.test.ts');

/** What the `Authorization` schemes ask of a server. */
export const SCHEMES: readonly Specification[] = [
  {
    name: 'RFC 7616',
    address: rfc(7616),
    leftOut: 'Sections 1, 2, 3.7, 3.8 and 4 ask nothing of an origin server here.',
    sections: [
      [
        '3.3',
        {
          'a challenge an algorithm, the strongest for all first; no MD5': digest('and no MD5'),
          '`stale=true` for a right answer to an old nonce, and only then': digestRefusals('and only then'),
        },
      ],
      [
        '3.4',
        {
          'an answer by MD5 is refused, and one without an algorithm':
            digestRefusals('MD5, which a downgrading'),
          '`qop` is there and one of the offered': digestRefusals('no qop'),
          '`username`, `username*` or a hash, one of them': digestRefusals('two usernames'),
        },
      ],
      ['3.4.1', { 'the response': hashing('section 3.9.1') }],
      [
        '3.4.2',
        {
          '`-sess`: a key from the first nonce and cnonce': hashing('first nonce and cnonce'),
          'another cnonce goes on with the key by `nextnonce` only (3.5)':
            digestRefusals('but for a next nonce'),
        },
      ],
      ['3.4.3', { 'auth-int covers the body': digestRefusals('a body that auth-int was not made for') }],
      ['3.4.4', { '`userhash`': hashing('the user hash') }],
      ['3.4.6', { '`uri` and the request name one resource': digest('is the one that was signed') }],
      ['3.5', { '`rspauth`, `nextnonce`, `qop`, `cnonce`, `nc`': digest('takes the next nonce') }],
      [
        '5.5',
        { 'a count is taken once, and only above the last': digestRefusals('every count that isn’t above') },
      ],
      ['6.1', { 'SHA-512-256 as FIPS 180-4 has it': hashing('SHA-512/256') }],
    ],
  },
  {
    name: 'RFC 7486',
    address: rfc(7486),
    leftOut:
      'Held against two other implementations, not against the published text, which could not be had; HOBA-js (section 4) is a page’s.',
    sections: [
      [
        '2',
        {
          'HOBA-TBS: nonce, alg, origin, realm, kid, challenge, each behind its length':
            result('behind its length'),
          'the origin has its port, the scheme’s own too': result('names the port of'),
          'an absent realm is signed with length 0': hoba('signs the realm or none'),
          'base64url, with padding or without': hoba('padding of base64'),
        },
      ],
      [
        '3',
        {
          '`result`: kid, challenge, nonce, sig': result('reads an answer'),
          '`challenge` and `max-age` in a challenge; an answer in that time': hoba('past its max-age'),
        },
      ],
      ['5.3', { 'each answer once': hoba('a replay, and with it') }],
      ['6.1', { '`register`: pub, kidtype, kid, didtype, did; `Hobareg: regok`': hoba('own form') }],
      [
        '6',
        {
          'several keys of one account': hoba('one of several'),
          '`getchal`: a fresh challenge in the body': hoba('at the well-known address'),
          'logging out at `/.well-known/hoba/logout`': not('a session here is ended by `/auth/logout`'),
        },
      ],
      [
        '7',
        { 'RSA-SHA256': hoba('registered as PEM or JWK'), 'RSA-SHA1': not('SHA-1 is broken for signatures') },
      ],
    ],
  },
  {
    name: 'RFC 8120',
    address: rfc(8120),
    leftOut:
      'Held against draft-ietf-httpauth-mutual-11, the last before the RFC. Sections 8 and 13 to 15 are optional and not offered.',
    sections: [
      ['3.1', { '`user*` for a name beyond ASCII; one of the two': messages('two users') }],
      ['3.2', { 'quoted and unquoted values, tokens in any case': messages('begins a key exchange') }],
      [
        '3.2.3',
        {
          'integers without leading zeros': messages('nc with a leading zero'),
          'numbers in their natural length, canonical base64': kam3('natural length only'),
        },
      ],
      [
        '4',
        {
          'unknown parameters are ignored; one of `kc#` and `vkc`; no `ks#`, `vks`':
            messages('both kinds at once'),
          '`version` is 1': messages('another version'),
          'no parameter twice': parameters('a name twice'),
        },
      ],
      ['4.1', { '401-INIT: one challenge, `reason`': mutual('names scope, realm and reason') }],
      ['4.3', { '401-KEX-S1: `sid`, `ks1`, `nc-max`, `nc-window`, `time`': mutual('the exchange') }],
      ['4.5', { '200-VFY-S: `sid`, `vks`': mutual('the exchange') }],
      ['5', { 'scope and realm are those that were offered': mutualRefusals('another scope') }],
      [
        '6',
        {
          'a nonce number once, in a window; a duplicate ends the session':
            mutualRefusals('which ends the session'),
          'the window of the RFC’s example': nonceWindow('those of the RFC’s example'),
          'numbers beyond any limit are no smaller ones': messages('proves a session'),
        },
      ],
      [
        '7',
        {
          '`host`: scheme, host and port, the scheme’s own too': mutual('the port and the scheme of https'),
          '`tls-server-end-point` on https': not('a Worker can’t see the certificate of its connection'),
        },
      ],
      ['9', { 'names and passwords prepared by both sides': mutual('prepares name and password') }],
      [
        '10.1',
        {
          'a client takes no answer but of a server that proved itself': mutualClient(
            'uses no answer of a server',
          ),
          'what is no step of the exchange is no word on the credentials': mutualClient(
            'for no word on the credentials',
          ),
          'a realm that is another by now is taken once': mutualClient('asks once'),
        },
      ],
      [
        '11',
        {
          'an unknown user gets a fake exchange': mutualRefusals('all at the same step'),
          'a wrong proof ends an exchange that was never proven': mutualRefusals('a second guess'),
        },
      ],
      ['12.1', { 'VI, VS, OCTETS, INT': octets('OCTETS and INT') }],
      ['12.2', { 'pi, VK_c, VK_s': kam3('by two programs') }],
    ],
  },
  {
    name: 'RFC 8121',
    address: rfc(8121),
    leftOut: 'Held against draft-ietf-httpauth-mutual-algo-07, the last before the RFC.',
    sections: [
      [
        '3',
        {
          'four algorithms; hex for curves, base64 for groups of numbers': kam3('knows no other algorithm'),
          '16,384 rounds of PBKDF2; the same secret on both sides': kam3('makes of one password'),
        },
      ],
      ['3.2, 3.3', { 'K_c1 and K_s1 are checked': kam3('refuses what is no element') }],
      ['3.3', { 'no exchange at the point at infinity': kam3('point at infinity') }],
      [
        '5.1',
        {
          'VK_s only to a right VK_c': mutualRefusals('all at the same step'),
          'times independent of the values': not(
            'JavaScript’s numbers can’t: each secret exponent is used once, and a verifier is a base only',
          ),
        },
      ],
      ['B', { 'the sizes of all values': kam3('the sizes of RFC 8121 appendix B') }],
    ],
  },
];
