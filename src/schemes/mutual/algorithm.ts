import { MUTUAL_ALGORITHMS, type MutualAlgorithmName } from '../../core/settings/settings.ts';
import { hash } from '../hash.ts';
import { createCurveGroup, P256, P521 } from './curve.ts';
import type { Group } from './group.ts';
import { createModpGroup, MODP_2048, MODP_4096 } from './modp.ts';
import { concat, encodeString, toInt, toOctets } from './octets.ts';

/** An algorithm of RFC 8121 section 3: a group, a hash function, and how values are written. */
export type MutualAlgorithm = {
  name: MutualAlgorithmName;
  // Its elements go in and out as numbers only: see `kam3.ts`.
  group: Group<unknown>;
  hash(data: Uint8Array): Uint8Array;
  hashName: 'SHA-256' | 'SHA-512';
  hashOctets: number;
  format: 'hex' | 'base64';
};

/** nIterPi of RFC 8121 section 3. */
const PASSWORD_ROUNDS = 16_384;

const small = {
  hash: (data: Uint8Array) => hash('sha256', data),
  hashName: 'SHA-256',
  hashOctets: 32,
} as const;
const large = {
  hash: (data: Uint8Array) => hash('sha512', data),
  hashName: 'SHA-512',
  hashOctets: 64,
} as const;

const MAKERS: Record<MutualAlgorithmName, () => Omit<MutualAlgorithm, 'name'>> = {
  'iso-kam3-dl-2048-sha256': () => ({
    group: erase(createModpGroup(MODP_2048, 2_048)),
    ...small,
    format: 'base64',
  }),
  'iso-kam3-dl-4096-sha512': () => ({
    group: erase(createModpGroup(MODP_4096, 4_096)),
    ...large,
    format: 'base64',
  }),
  'iso-kam3-ec-p256-sha256': () => ({ group: erase(createCurveGroup(P256, 256)), ...small, format: 'hex' }),
  'iso-kam3-ec-p521-sha512': () => ({ group: erase(createCurveGroup(P521, 521)), ...large, format: 'hex' }),
};

const made: Partial<Record<MutualAlgorithmName, MutualAlgorithm>> = {};

/** Makes each once: a curve's table of multiples, which costs more than a key exchange, is kept with it. */
export function mutualAlgorithm(name: MutualAlgorithmName): MutualAlgorithm {
  made[name] ??= { name, ...MAKERS[name]() };
  return made[name];
}

/** @returns `undefined` for a name that is none */
export function parseMutualAlgorithm(name: string): MutualAlgorithm | undefined {
  const known = MUTUAL_ALGORITHMS.find((each) => each === name.toLowerCase());
  return known && mutualAlgorithm(known);
}

/**
 * The number that stands for a password (RFC 8120 section 12.2, pi).
 *
 * @param password prepared as `parsePassword` does
 */
export async function passwordNumber(
  algorithm: MutualAlgorithm,
  authScope: string,
  realm: string,
  username: string,
  password: string,
): Promise<bigint> {
  const salt = concat(...[algorithm.name, authScope, realm, username].map(encodeString));
  const secret = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: algorithm.hashName, salt, iterations: PASSWORD_ROUNDS };
  return toInt(new Uint8Array(await crypto.subtle.deriveBits(parameters, key, algorithm.hashOctets * 8)));
}

/** Writes an element or a hash as the algorithm does, in its natural length (RFC 8120 section 3.2.3). */
export function formatValue({ format }: MutualAlgorithm, value: bigint, octets: number): string {
  const bytes = toOctets(value, octets);
  return format === 'hex'
    ? value.toString(16).padStart(octets * 2, '0')
    : `"${btoa(String.fromCharCode(...bytes))}"`;
}

/** @returns `undefined` if it is not written as the algorithm does, or of another length */
export function parseValue({ format }: MutualAlgorithm, text: string, octets: number): bigint | undefined {
  if (format === 'hex') {
    const isHex = text.length === octets * 2 && /^[0-9a-f]+$/i.test(text);
    return isHex ? BigInt(`0x${text}`) : undefined;
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    const binary = atob(text);
    const isCanonical = btoa(binary) === text && binary.length === octets;
    return isCanonical ? toInt(Uint8Array.from(binary, (octet) => octet.charCodeAt(0))) : undefined;
  } catch {
    return undefined;
  }
}

function erase<Element>(group: Group<Element>): Group<unknown> {
  return group as unknown as Group<unknown>;
}
