import * as fc from 'fast-check';
import { base64url, CompactEncrypt, EncryptJWT, exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { sealRefreshToken } from '../../../src/core/tokens/refresh-token.ts';
import { masterKeyOf, NOW, ringOf, WEEK } from '../rings.ts';
import { anyText } from '../texts.ts';
import { flip, otherSpellings, segment } from './forging.ts';
import { DAY, keys, reasonOf, tokenOf } from './refresh-tokens.ts';

describe('a refresh token that was tampered with', () => {
  it('is forged, whichever segment it was', async () => {
    const text = await sealRefreshToken(tokenOf(), keys);
    for (const index of [2, 3, 4])
      expect(await reasonOf(flip(text, index)), `segment ${index}`).toBe('forged');
    for (const index of [0, 1]) expect(['malformed', 'forged']).toContain(await reasonOf(flip(text, index)));
  });

  it('is forged under another epoch’s name', async () => {
    const [, ...rest] = (await sealRefreshToken(tokenOf(), keys)).split('.');
    for (const epoch of [3_299 * WEEK, 3_301 * WEEK, 3_302 * WEEK, 4_000 * WEEK]) {
      const header = segment({ alg: 'dir', enc: 'A256CBC-HS512', kid: String(epoch) });
      expect(await reasonOf([header, ...rest].join('.'))).toBe('forged');
    }
  });

  it('has one spelling only', async () => {
    const segments = (await sealRefreshToken(tokenOf(), keys)).split('.');
    for (const index of [0, 2, 3, 4])
      for (const spelling of otherSpellings(segments[index] ?? ''))
        expect(await reasonOf(segments.with(index, spelling).join('.'))).toBe('malformed');
    for (const spelling of ['=', ' ', '\n', 'AA', 'A'])
      expect(['malformed', 'forged']).toContain(await reasonOf(segments.with(1, spelling).join('.')));
  });

  it('is malformed with segments missing or added, and too long before it is looked at', async () => {
    const text = await sealRefreshToken(tokenOf(), keys);
    for (const broken of [
      '',
      '....',
      text.slice(0, text.lastIndexOf('.')),
      `${text}.`,
      `${text}.AAAA`,
      `x${text}`,
    ])
      expect(await reasonOf(broken), broken).toBe('malformed');
    expect(await reasonOf('a'.repeat(102_400))).toBe('too_long');
  });
});

describe('confusion of algorithms (RFC 8725 section 3.1)', () => {
  const kid = String(3_300 * WEEK);
  const claims = { sub: 'wilhelmina', exp: NOW + DAY };

  it.each([
    ['A128GCM', 16],
    ['A256GCM', 32],
    ['A128CBC-HS256', 32],
  ] as const)('dir with %s is malformed', async (enc, bytes) => {
    const { key } = await keys.sealingKey(NOW);
    const header = { alg: 'dir', enc, kid };
    expect(
      await reasonOf(await new EncryptJWT(claims).setProtectedHeader(header).encrypt(key.slice(0, bytes))),
    ).toBe('malformed');
  });

  it.each(['RSA-OAEP-256', 'ECDH-ES', 'PBES2-HS256+A128KW', 'A256KW'])(
    '%s is malformed, its work not done',
    async (alg) => {
      const { publicKey } = await generateKeyPair(alg === 'RSA-OAEP-256' ? alg : 'ECDH-ES', {
        extractable: true,
      });
      const secret = alg === 'PBES2-HS256+A128KW' ? new Uint8Array(16) : new Uint8Array(32);
      const key = alg === 'RSA-OAEP-256' || alg === 'ECDH-ES' ? publicKey : secret;
      const header = { alg, enc: 'A256CBC-HS512', kid };
      expect(await reasonOf(await new EncryptJWT(claims).setProtectedHeader(header).encrypt(key))).toBe(
        'malformed',
      );
      expect(await exportJWK(publicKey)).not.toHaveProperty('d');
    },
  );

  it('a huge PBES2 count costs nothing', async () => {
    const header = {
      alg: 'PBES2-HS512+A256KW',
      enc: 'A256CBC-HS512',
      kid,
      p2c: 2_000_000_000,
      p2s: 'AAAAAAAAAAA',
    };
    expect(await reasonOf([segment(header), 'AAAA', 'AAAA', 'AAAA', 'AAAA'].join('.'))).toBe('malformed');
  });

  it.each(['DEF', 'GZIP', 1, null])('zip %j under a stranger’s key is refused', async (zip) => {
    const [, ...rest] = (await sealRefreshToken(tokenOf(), ringOf({ masterKey: masterKeyOf(9) }))).split('.');
    const header = segment({ alg: 'dir', enc: 'A256CBC-HS512', kid, zip });
    expect(['malformed', 'forged']).toContain(await reasonOf([header, ...rest].join('.')));
  });

  it.each([
    [undefined],
    [''],
    ['-1'],
    ['01'],
    ['1e9'],
    ['0x10'],
    [' 0'],
    ['0\n'],
    ['1'.repeat(13)],
    ['device token'],
    [3_300 * WEEK],
    [null],
    [{}],
  ])('kid %j is malformed', async (kid) => {
    const [, ...rest] = (await sealRefreshToken(tokenOf(), keys)).split('.');
    const header = segment({ alg: 'dir', enc: 'A256CBC-HS512', kid });
    expect(await reasonOf([header, ...rest].join('.'))).toBe('malformed');
  });
});

describe('what our own key sealed, but not as a refresh token', () => {
  const sealed = async (claims: object) => {
    const { epoch, key } = await keys.sealingKey(NOW);
    const header = { alg: 'dir', enc: 'A256CBC-HS512', kid: String(epoch) };
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader(header)
      .encrypt(key);
  };
  const good = {
    ...{
      sub: 'wilhelmina',
      sid: 'tgk1x0_8f3a09c2d4e5b6a7',
      gen: 3,
      jti: 'j',
      iat: NOW,
      exp: NOW + DAY,
      end: NOW + DAY,
    },
    ...{ client_id: 'c', scope: '', auth_time: NOW, amr: [] },
  };

  it.each<[string, object]>([
    ['no user', { sub: undefined }],
    ['no end', { exp: undefined }],
    ['an end in words', { exp: 'never' }],
    ['a session id with a dash', { sid: 'a-8f3a09c2d4e5b6a7' }],
    ['half a generation', { gen: 0.5 }],
    ['a negative generation', { gen: -1 }],
    ['no absolute end', { end: undefined }],
  ])('is malformed with %s', async (_, differences) => {
    expect(await reasonOf(await sealed(good))).toBe('accepted');
    expect(await reasonOf(await sealed({ ...good, ...differences }))).toBe('malformed');
  });

  it.each([[[]], [null], ['text'], [7]])('is malformed if it is %j', async (payload) => {
    expect(await reasonOf(await sealed(payload as object))).toBe('malformed');
  });
});

describe('any text', () => {
  it('is refused without an exception', async () => {
    const header = fc.dictionary(
      fc.constantFrom('alg', 'enc', 'kid', 'zip', 'crit', 'p2c', 'epk', '__proto__'),
      fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('dir', 'A256CBC-HS512', String(3_300 * WEEK), 'DEF'),
      ),
    );
    const base = { alg: 'dir', enc: 'A256CBC-HS512', kid: String(3_300 * WEEK) };
    const bytes = fc.uint8Array({ maxLength: 70 }).map((each) => base64url.encode(each));
    const likely = fc
      .tuple(header, fc.boolean(), fc.array(bytes, { minLength: 4, maxLength: 4 }))
      .map(([odd, isNear, rest]) => [segment({ ...(isNear && base), ...odd }), ...rest].join('.'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, likely), async (text) => {
        expect(['malformed', 'forged', 'too_long']).toContain(await reasonOf(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
