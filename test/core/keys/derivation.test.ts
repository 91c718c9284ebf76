import { describe, expect, it } from 'vitest';
import {
  createDerivation,
  type Derivation,
  deriveSigningKey,
  isP256Scalar,
} from '../../../src/core/keys/derivation.ts';
import { masterKeyOf } from '../rings.ts';

/** The order of the P-256 group, as SEC 2 section 2.4.2 prints it. */
const ORDER = BigInt('0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551');

function bytesOf(number: bigint): Uint8Array<ArrayBuffer> {
  const digits = number.toString(16).padStart(64, '0');
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

describe('isP256Scalar (FIPS 186-5 appendix A.2)', () => {
  it.each([
    ['0', 0n, false],
    ['1', 1n, true],
    ['n - 1', ORDER - 1n, true],
    ['n', ORDER, false],
    ['n + 1', ORDER + 1n, false],
    ['2^256 - 1', 2n ** 256n - 1n, false],
  ])('%s', (_, number, isScalar) => {
    expect(isP256Scalar(bytesOf(number))).toBe(isScalar);
  });
});

describe('deriveSigningKey', () => {
  it('draws again where a draw is no scalar', async () => {
    const labels: string[] = [];
    const draws = [ORDER, 0n, 2n ** 256n - 1n, 5n].map(bytesOf);
    const derive: Derivation = async (label) => {
      labels.push(label);
      return draws[labels.length - 1] as Uint8Array<ArrayBuffer>;
    };
    const key = await deriveSigningKey(derive, 'ES256', 'label');
    expect(new Set(labels).size).toBe(4);
    const direct = await deriveSigningKey(async () => bytesOf(5n), 'ES256', 'label');
    expect(key.publicJwk).toEqual(direct.publicJwk);
  });

  it('of the scalars 1 and n - 1 has the generator’s x (SEC 2 section 2.4.2)', async () => {
    const [one, last] = await Promise.all(
      [1n, ORDER - 1n].map((scalar) => deriveSigningKey(async () => bytesOf(scalar), 'ES256', 'label')),
    );
    expect(one?.publicJwk.x).toBe('axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY');
    expect(last?.publicJwk.x).toBe(one?.publicJwk.x);
    expect(last?.publicJwk.y).not.toBe(one?.publicJwk.y);
  });

  it('of an Ed25519 seed has its public key (RFC 8032 section 7.1, test 1)', async () => {
    const seed = bytesOf(0x9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60n);
    const key = await deriveSigningKey(async () => seed, 'EdDSA', 'label');
    expect(key.publicJwk).toMatchObject({
      kty: 'OKP',
      crv: 'Ed25519',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    });
  });
});

describe('createDerivation (RFC 5869)', () => {
  it('is HKDF-SHA-256: a shorter output is the beginning of a longer one, another label another output', async () => {
    const derive = await createDerivation(masterKeyOf(1));
    const long = await derive('label', 64);
    expect(long).toHaveLength(64);
    expect(await derive('label', 32)).toEqual(long.slice(0, 32));
    expect(await derive('label ', 64)).not.toEqual(long);
  });
});
