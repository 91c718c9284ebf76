import { pow } from '@noble/curves/abstract/modular.js';
import type { Group } from './group.ts';
import { toInt } from './octets.ts';

/**
 * Multiplication modulo a prime (RFC 8121 section 3.2). JavaScript's own numbers do it, so how long an exponentiation takes
 * depends on its operands somewhat; a password's verifier is the base of one with a fresh random exponent only.
 */
export function createModpGroup(prime: bigint, bits: 2_048 | 4_096): Group<bigint> {
  const order = (prime - 1n) / 2n;
  return {
    order,
    elementOctets: bits / 8,
    generate: (exponent) => pow(GENERATOR, exponent % order, prime),
    power: (element, exponent) => pow(element, exponent % order, prime),
    combine: (a, b) => (a * b) % prime,
    encode: (element) => element,
    decode: (value) => (value > 1n && value < prime - 1n ? value : undefined),
    exponentFrom: (random) => (toInt(random) % (order - 1n)) + 1n,
  };
}

const GENERATOR = 2n;
/** RFC 3526 sections 3 and 5: both primes begin with the same digits, those of pi. */
const COMMON_DIGITS =
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
  'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
  'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f' +
  '83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b' +
  'e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510' +
  '15728e5a8aa';

export const MODP_2048 = BigInt(`0x${COMMON_DIGITS}caa68ffffffffffffffff`);

export const MODP_4096 = BigInt(
  `0x${COMMON_DIGITS}` +
    'ac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0' +
    '933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a6' +
    '15d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a92108011a723c12a787e6d788719a10bdb' +
    'a5b2699c327186af4e23c1a946834b6150bda2583e9ca2ad44ce8dbbbc2db04de8ef92e8efc141fbecaa6287c59474e6' +
    'bc05d99b2964fa090c3a2233ba186515be7ed1f612970cee2d7afb81bdd762170481cd0069127d5b05aa993b4ea988d8' +
    'fddc186ffb7dc90a6c08f4df435c934063199ffffffffffffffff',
);
