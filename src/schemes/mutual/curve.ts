import { type WeierstrassPoint, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import type { Group } from './group.ts';
import { toInt, toOctets } from './octets.ts';

type Point = WeierstrassPoint<bigint>;

/** Points of a curve over a prime field (RFC 8121 section 3.3); P(p) is twice x, plus the lowest bit of y. */
export function createCurveGroup({ p, n, b, Gx, Gy }: CurveParameters, fieldBits: 256 | 521): Group<Point> {
  const Point = weierstrass({ p, n, a: p - 3n, b, Gx, Gy, h: 1n });
  const { ORDER } = Point.Fn;
  const fieldOctets = Math.ceil(fieldBits / 8);
  const zero = (exponent: bigint) => exponent % ORDER === 0n;
  return {
    order: ORDER,
    elementOctets: Math.ceil((fieldBits + 1) / 8),
    generate: (exponent) => (zero(exponent) ? Point.ZERO : Point.BASE.multiply(exponent % ORDER)),
    power: (point, exponent) => (zero(exponent) ? Point.ZERO : point.multiply(exponent % ORDER)),
    combine: (a, b) => a.add(b),
    encode(point) {
      if (point.is0()) return undefined;
      const { x, y } = point.toAffine();
      return x * 2n + (y & 1n);
    },
    decode(value) {
      const x = value >> 1n;
      if (x.toString(2).length > fieldBits) return undefined;
      const compressed = new Uint8Array([value & 1n ? 3 : 2, ...toOctets(x, fieldOctets)]);
      try {
        return Point.fromBytes(compressed);
      } catch {
        return undefined;
      }
    },
    exponentFrom: (random) => (toInt(random) % (ORDER - 1n)) + 1n,
  };
}

export type CurveParameters = { p: bigint; n: bigint; b: bigint; Gx: bigint; Gy: bigint };

/** FIPS 186-4 appendix D.1.2; `a` is p - 3. noble's own curves would bring ECDSA along, which nobody here needs. */
export const P256: CurveParameters = {
  p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};
export const P521: CurveParameters = {
  p: 2n ** 521n - 1n,
  n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  Gx: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
  Gy: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
};
