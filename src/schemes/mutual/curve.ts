import type { p256, p521 } from '@noble/curves/nist.js';
import type { Group } from './group.ts';
import { toInt, toOctets } from './octets.ts';

type Curve = typeof p256 | typeof p521;
type Point = ReturnType<Curve['Point']['fromHex']>;

/** Points of a curve over a prime field (RFC 8121 section 3.3); P(p) is twice x, plus the lowest bit of y. */
export function createCurveGroup({ Point }: Curve, fieldBits: number): Group<Point> {
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
