import { bytesToHex } from '@noble/hashes/utils.js';

/** The support functions of RFC 8120 section 12.1. */

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** VI: a natural number in radix 128, every octet but the last with its high bit set. */
export function encodeInteger(value: number): Uint8Array {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    octets.unshift((rest % 128) + 128);
  return new Uint8Array(octets);
}

/** VS: octets, or a text in UTF-8, behind their length. */
export function encodeString(text: string): Uint8Array {
  const octets = new TextEncoder().encode(text);
  return concat(encodeInteger(octets.length), octets);
}

/** INT: octets as a natural number, the first one highest. */
export function toInt(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${bytesToHex(octets)}`);
}

/** OCTETS: a natural number in its natural length. */
export function toOctets(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(length * 2, '0');
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
