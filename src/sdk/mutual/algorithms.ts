import { invert, pow } from '@noble/curves/abstract/modular.js';
import { p256, p521 } from '@noble/curves/nist.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** The client's half of KAM3 (RFC 8121), apart from the server's code: numbers go in and out. */
export type Algorithm = {
  /** A key exchange is begun: the secret stays here. */
  begin(random: (bytes: number) => Uint8Array): { secret: bigint; kc1: bigint };
  /** @returns z, or `undefined` if the server's value is no element (RFC 8121: MUST check) */
  finish(exchange: { secret: bigint; kc1: bigint; ks1: bigint; pi: bigint }): bigint | undefined;
  hash(data: Uint8Array): Uint8Array;
  passwordNumber(password: string, salt: Uint8Array): Promise<bigint>;
  elementBytes: number;
  write(value: bigint, bytes: number): string;
  /** @returns `undefined` for what is not written so */
  read(text: string): bigint | undefined;
};

const ROUNDS = 16_384;

export const ALGORITHMS: Record<string, () => Algorithm> = {
  'iso-kam3-dl-2048-sha256': () => modp(MODP_2048, 256, sha256),
  'iso-kam3-dl-4096-sha512': () => modp(MODP_4096, 512, sha512),
  'iso-kam3-ec-p256-sha256': () => curve(p256, 33, sha256),
  'iso-kam3-ec-p521-sha512': () => curve(p521, 66, sha512),
};

type Hash = typeof sha256 | typeof sha512;

/** The exponent with which the client takes the server's value to z. */
function exponent(
  hash: Hash,
  bytes: number,
  order: bigint,
  { secret, kc1, ks1, pi }: { secret: bigint; kc1: bigint; ks1: bigint; pi: bigint },
): bigint {
  const first = natural(kc1, bytes);
  const t1 = number(hash(concatBytes(Uint8Array.of(1), first)));
  const t2 = number(hash(concatBytes(Uint8Array.of(2), first, natural(ks1, bytes))));
  return ((secret + t2) * invert((secret * t1 + pi) % order, order)) % order;
}

function modp(prime: bigint, elementBytes: number, hash: Hash): Algorithm {
  const order = (prime - 1n) >> 1n;
  return {
    ...shared(hash),
    elementBytes,
    begin(random) {
      const secret = (number(random(elementBytes + 8)) % (order - 1n)) + 1n;
      return { secret, kc1: pow(2n, secret, prime) };
    },
    finish(exchange) {
      const { ks1 } = exchange;
      if (ks1 <= 1n || ks1 >= prime - 1n) return undefined;
      return pow(ks1, exponent(hash, elementBytes, order, exchange), prime);
    },
    write: (value, bytes) => `"${btoa(String.fromCharCode(...natural(value, bytes)))}"`,
    read(text) {
      // `atob` throws at most of what is no base64, and takes nothing at all for base64.
      if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
      return number(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
    },
  };
}

function curve({ Point }: typeof p256 | typeof p521, elementBytes: number, hash: Hash): Algorithm {
  const order = Point.Fn.ORDER;
  const write = (point: { toAffine(): { x: bigint; y: bigint } }) => {
    const { x, y } = point.toAffine();
    return (x << 1n) | (y & 1n);
  };
  return {
    ...shared(hash),
    elementBytes,
    begin(random) {
      const secret = (number(random(elementBytes + 8)) % (order - 1n)) + 1n;
      return { secret, kc1: write(Point.BASE.multiply(secret)) };
    },
    finish(exchange) {
      try {
        const x = (exchange.ks1 >> 1n).toString(16).padStart(Point.Fp.BYTES * 2, '0');
        const point = Point.fromHex((exchange.ks1 & 1n ? '03' : '02') + x);
        return write(point.multiply(exponent(hash, elementBytes, order, exchange)));
      } catch {
        return undefined;
      }
    },
    write: (value, bytes) => value.toString(16).padStart(bytes * 2, '0'),
    read: (text) => (/^([0-9a-f]{2})+$/i.test(text) ? BigInt(`0x${text}`) : undefined),
  };
}

function shared(hash: Hash) {
  return {
    hash: (data: Uint8Array) => hash(data),
    async passwordNumber(password: string, salt: Uint8Array) {
      const options = { c: ROUNDS, dkLen: hash.outputLen };
      return number(await pbkdf2Async(hash, utf8ToBytes(password), salt, options));
    },
  };
}

export function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(bytes) || '0'}`);
}

/** OCTETS of RFC 8120 section 12.1. */
export function natural(value: bigint, bytes: number): Uint8Array {
  return hexToBytes(value.toString(16).padStart(bytes * 2, '0'));
}

/** VI and VS of RFC 8120 section 12.1. */
export function integer(value: number): Uint8Array {
  const digits = [value & 127];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 127) | 128);
  return Uint8Array.from(digits);
}

export function string(text: string): Uint8Array {
  const bytes = utf8ToBytes(text);
  return concatBytes(integer(bytes.length), bytes);
}

const MODP_2048 = BigInt(
  '0x' +
    'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
    'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
    'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f' +
    '83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b' +
    'e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510' +
    '15728e5a8aacaa68ffffffffffffffff',
);

const MODP_4096 = BigInt(
  '0x' +
    'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
    'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
    'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f' +
    '83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b' +
    'e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510' +
    '15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7' +
    'abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c' +
    'bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a92108011a723c12a787e6d7' +
    '88719a10bdba5b2699c327186af4e23c1a946834b6150bda2583e9ca2ad44ce8dbbbc2db04de8ef92e8efc141fbecaa6' +
    '287c59474e6bc05d99b2964fa090c3a2233ba186515be7ed1f612970cee2d7afb81bdd762170481cd0069127d5b05aa9' +
    '93b4ea988d8fddc186ffb7dc90a6c08f4df435c934063199ffffffffffffffff',
);
