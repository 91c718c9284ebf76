import type { MutualAlgorithm } from './algorithm.ts';
import { concat, encodeInteger, encodeString, toInt, toOctets } from './octets.ts';

/** What both sides know after the key exchange, as numbers: its two values and the session secret. */
export type Exchanged = { kc1: bigint; ks1: bigint; z: bigint };

/** What is kept of a password: J(pi) (RFC 8121 sections 3.2 and 3.3). */
export function verifierOf({ group }: MutualAlgorithm, pi: bigint): bigint {
  const verifier = group.encode(group.generate(pi));
  // One password in 2^256 would have none.
  if (verifier === undefined) throw new Error('The password has no verifier');
  return verifier;
}

/**
 * The server's half of KAM3 (RFC 8121 sections 3.2 and 3.3).
 *
 * @param verifier J(pi)
 * @param random 8 octets more than an element has; never twice the same
 * @returns `undefined` if one of the values is no element that may be used
 */
export function exchange(
  { group, hash }: MutualAlgorithm,
  verifier: bigint,
  kc1: bigint,
  random: Uint8Array,
): Exchanged | undefined {
  const octets = (value: bigint) => toOctets(value, group.elementOctets);
  const client = group.decode(kc1);
  const stored = group.decode(verifier);
  if (client === undefined || stored === undefined) return undefined;
  const secret = group.exponentFrom(random);
  const t1 = toInt(hash(concat(new Uint8Array([1]), octets(kc1))));
  const ks1 = group.encode(group.power(group.combine(stored, group.power(client, t1)), secret));
  if (ks1 === undefined || group.decode(ks1) === undefined) return undefined;
  const t2 = toInt(hash(concat(new Uint8Array([2]), octets(kc1), octets(ks1))));
  const z = group.encode(group.power(group.combine(client, group.generate(t2)), secret));
  return z === undefined ? undefined : { kc1, ks1, z };
}

/** The proofs of both sides (RFC 8120 section 12.2): VK_c shows that the client knows z, VK_s that the server does. */
export function proofs(
  { group, hash }: MutualAlgorithm,
  { kc1, ks1, z }: Exchanged,
  nc: number,
  host: string,
): { client: bigint; server: bigint } {
  const shared = [kc1, ks1, z].map((value) => toOctets(value, group.elementOctets));
  const proof = (side: 3 | 4) =>
    toInt(hash(concat(new Uint8Array([side]), ...shared, encodeInteger(nc), encodeString(host))));
  return { client: proof(4), server: proof(3) };
}
