import { base64url, exportSPKI } from 'jose';
import { describe, expect, it } from 'vitest';
import { signAccessToken } from '../../../src/core/tokens/access-token.ts';
import { good, keys, ours, reasonOf, theirs } from './access-tokens.ts';
import { claimsOf, flip, hmacKey, segment, signAnything, signatureOf } from './forging.ts';

/** Genuine in all but what is asked for: our key signs it. */
const withHeader = (header: object) =>
  signAnything({ alg: 'ES256', typ: 'at+jwt', kid: ours.kid, ...header }, claimsOf(), ours.privateKey);

describe('a token that was tampered with', () => {
  it('is refused at each segment; the token itself is good', async () => {
    expect(await reasonOf(good)).toBe('accepted');
    expect(await reasonOf(await withHeader({}))).toBe('accepted');
    expect(await reasonOf(flip(good, 2))).toBe('bad_signature');
    const [header, , signature] = good.split('.');
    const payload = segment({ ...claimsOf(), sub: 'mallory' });
    expect(await reasonOf(`${header}.${payload}.${signature}`)).toBe('bad_signature');
    expect(await reasonOf(`${header}.${payload}.${signature}`, 'accepted')).toBe('bad_signature');
  });

  it('is refused with another genuine token’s signature', async () => {
    const other = await signAccessToken(claimsOf({ sub: 'bob' }), keys);
    expect(await reasonOf([...good.split('.').slice(0, 2), other.split('.')[2]].join('.'))).toBe(
      'bad_signature',
    );
  });

  it('is refused with a signature of zeros, of another length, in DER, or none', async () => {
    const input = good.split('.').slice(0, 2).join('.');
    for (const length of [0, 1, 63, 64, 65, 72, 128]) {
      const reason = await reasonOf(`${input}.${base64url.encode(new Uint8Array(length))}`);
      expect(['bad_signature', 'malformed'], `${length} bytes`).toContain(reason);
    }
  });
});

describe('algorithm confusion (RFC 8725 section 2.1)', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'PS256', 'ES384', 'ES256K', 'es256', 'Ed25519'])(
    'alg %j is refused, with and without a signature',
    async (alg) => {
      const token = await withHeader({ alg });
      expect(await reasonOf(token)).toBe('wrong_algorithm');
      expect(await reasonOf(token.replace(/[^.]*$/, ''))).toBe('wrong_algorithm');
    },
  );

  it('HS256 with the public key for a secret is refused, however the key is written', async () => {
    const { kid, publicJwk, publicKey } = ours;
    const { kty, crv, x, y } = publicJwk;
    const point = new Uint8Array([4, ...base64url.decode(String(x)), ...base64url.decode(String(y))]);
    const spki = await exportSPKI(publicKey);
    const secrets = [
      ...[JSON.stringify(publicJwk), JSON.stringify({ kty, crv, x, y }), String(x), kid],
      ...[spki, spki.trimEnd(), `${spki}\n`, spki.replace(/-----.*-----|\n/g, '')],
      ...[new Uint8Array(base64url.decode(String(x))), point],
    ];
    for (const secret of secrets) {
      const key = await hmacKey(secret);
      for (const alg of ['HS256', 'ES256'])
        expect(await reasonOf(await signAnything({ alg, typ: 'at+jwt', kid }, claimsOf(), key))).toBe(
          alg === 'HS256' ? 'wrong_algorithm' : 'bad_signature',
        );
    }
  });

  it.each(['EdDSA', 'RS256'])(
    '%s, another algorithm of ours, is refused with this key’s name',
    async (alg) => {
      expect(await reasonOf(await withHeader({ alg }))).toBe('unknown_key');
    },
  );

  it('an algorithm given twice counts once, as the last says, and only under our signature', async () => {
    const header = `{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"${ours.kid}"}`;
    expect(await reasonOf(await signAnything(header, claimsOf(), theirs.privateKey))).toBe('bad_signature');
  });
});

describe('the type (RFC 8725 section 3.11)', () => {
  it.each([
    ['JWT'],
    ['jwt'],
    ['id+jwt'],
    ['logout+jwt'],
    ['dpop+jwt'],
    ['at+jwt '],
    [''],
    [undefined],
    [null],
    [1],
    [true],
    [['at+jwt']],
    [{}],
  ])('%j is refused', async (typ) => {
    expect(await reasonOf(await withHeader({ typ }))).toBe('wrong_type');
  });

  it.each(['at+jwt', 'AT+JWT', 'At+Jwt'])('%s is taken: media types know no case', async (typ) => {
    expect(await reasonOf(await withHeader({ typ }))).toBe('accepted');
  });
});

describe('keys that a token brings along (RFC 8725 section 3.10)', () => {
  it('are not used: a stranger’s key under our name, with the key in jwk, jku, x5u or x5c', async () => {
    const baits = [
      {},
      { jwk: theirs.publicJwk },
      { jwk: { ...theirs.publicJwk, kid: ours.kid } },
      { jku: 'https://mallory.example/jwks.json' },
      { x5u: 'https://mallory.example/cert.pem' },
      { x5c: ['MIIB'] },
    ];
    for (const bait of baits) {
      const header = { alg: 'ES256', typ: 'at+jwt', ...bait };
      const named = await signAnything({ ...header, kid: ours.kid }, claimsOf(), theirs.privateKey);
      const foreign = await signAnything({ ...header, kid: theirs.kid }, claimsOf(), theirs.privateKey);
      const nameless = await signAnything(header, claimsOf(), theirs.privateKey);
      expect(await reasonOf(named)).toBe('bad_signature');
      expect(await reasonOf(foreign)).toBe('unknown_key');
      expect(await reasonOf(nameless)).toBe('unknown_key');
    }
  });

  it.each([[undefined], [''], [null], [1], [{}], ['../../dev/null'], ["' OR 1=1 --"], ['__proto__']])(
    'kid %j is no key',
    async (kid) => {
      expect(await reasonOf(await withHeader({ kid }))).toBe('unknown_key');
    },
  );

  it('crit is refused, as nothing in it is understood (RFC 7515 section 4.1.11)', async () => {
    for (const crit of [['exp'], ['b64', 'exp'], [], 'b64', null, [1], ['x', 'x']])
      expect(await reasonOf(await withHeader({ crit, exp: 1, b64: true })), JSON.stringify(crit)).not.toBe(
        'accepted',
      );
  });

  it('b64 does not turn the payload’s encoding off (RFC 7797 section 7)', async () => {
    const header = segment({ alg: 'ES256', typ: 'at+jwt', kid: ours.kid, b64: false, crit: ['b64'] });
    const raw = JSON.stringify(claimsOf());
    const signature = await signatureOf(`${header}.${raw}`, ours.privateKey);
    expect(await reasonOf(`${header}.${raw}.${signature}`)).toBe('malformed');
    expect(await reasonOf(`${header}.${segment(raw)}.${signature}`)).toBe('bad_signature');
    const encoded = `${header}.${segment(raw)}`;
    expect(await reasonOf(`${encoded}.${await signatureOf(encoded, ours.privateKey)}`)).not.toBe('accepted');
  });
});
