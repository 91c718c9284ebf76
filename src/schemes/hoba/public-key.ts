import { bytesToHex } from '@noble/hashes/utils.js';
import { base64url } from 'jose';
import * as v from 'valibot';

/**
 * How a key signs, by what stands in the signed text: `0` is RSA-SHA256 as registered (RFC 7486 section 7); the other two are
 * our own extension, named so that no number can collide with them. RSA-SHA1 (`1`) is not taken.
 */
export type HobaAlg = '0' | 'Ed25519' | 'ES256';

export type HobaKey = { alg: HobaAlg; jwk: JsonWebKey };

type Importing = {
  alg: HobaAlg;
  algorithm: { name: string; hash?: string; namedCurve?: string };
  /** The key's type in a JWK (RFC 7518 section 6.1), and the object identifier in hex that SPKI has for it (RFC 5480, RFC 8410). */
  kty: string;
  oid: string;
};

const IMPORTING: readonly Importing[] = [
  {
    alg: '0',
    algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    kty: 'RSA',
    oid: '06092a864886f70d010101',
  },
  { alg: 'Ed25519', algorithm: { name: 'Ed25519' }, kty: 'OKP', oid: '06032b6570' },
  { alg: 'ES256', algorithm: { name: 'ECDSA', namedCurve: 'P-256' }, kty: 'EC', oid: '06072a8648ce3d0201' },
];

/** The key's type stands behind the two headers of SPKI, within these bytes. */
const SPKI_HEAD_BYTES = 24;

const LEAST_RSA_BITS = 2_048;
const MOST_RSA_BITS = 4_096;

const jwkSchema = v.variant('kty', [
  v.object({ kty: v.literal('RSA'), n: v.string(), e: v.string() }),
  v.object({ kty: v.literal('OKP'), crv: v.literal('Ed25519'), x: v.string() }),
  v.object({ kty: v.literal('EC'), crv: v.literal('P-256'), x: v.string(), y: v.string() }),
]);

/** What a key is kept as. */
export const hobaKeySchema = v.object({ alg: v.picklist(['0', 'Ed25519', 'ES256']), jwk: jwkSchema });

/**
 * Reads a public key.
 *
 * @param text SPKI in PEM (RFC 7468 section 13) or a JWK (RFC 7517)
 * @returns `undefined` if it is neither, or no key that signs here: RSA of 2,048 to 4,096 bits, Ed25519, P-256
 */
export async function parsePublicKey(text: string | object): Promise<HobaKey | undefined> {
  const der = typeof text === 'string' ? readPem(text) : undefined;
  if (der) {
    const head = bytesToHex(der.subarray(0, SPKI_HEAD_BYTES));
    const importing = IMPORTING.find(({ oid }) => head.includes(oid));
    return importing && importKey(der, importing);
  }
  const jwk = typeof text === 'string' ? parseJson(text) : text;
  const parsed = v.safeParse(jwkSchema, jwk);
  if (!parsed.success || hasPrivatePart(jwk)) return undefined;
  const importing = IMPORTING.find(({ kty }) => kty === parsed.output.kty);
  return importing && importKey(parsed.output, importing);
}

/** @returns whether the key signed the text; false for a signature of any other form */
export async function hasSigned({ alg, jwk }: HobaKey, signature: string, text: string): Promise<boolean> {
  const algorithm = IMPORTING.find((each) => each.alg === alg)?.algorithm;
  if (!algorithm) return false;
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  const verifying = { ...algorithm, hash: 'SHA-256' };
  const data = new TextEncoder().encode(text);
  try {
    return await crypto.subtle.verify(verifying, key, new Uint8Array(base64url.decode(signature)), data);
  } catch {
    // workerd throws for an Ed25519 signature that hasn't 64 bytes.
    return false;
  }
}

async function importKey(
  data: Uint8Array<ArrayBuffer> | JsonWebKey,
  { alg, algorithm }: Importing,
): Promise<HobaKey | undefined> {
  try {
    const key =
      data instanceof Uint8Array
        ? await crypto.subtle.importKey('spki', data, algorithm, true, ['verify'])
        : await crypto.subtle.importKey('jwk', data, algorithm, true, ['verify']);
    const bits = (key.algorithm as { modulusLength?: number }).modulusLength ?? LEAST_RSA_BITS;
    if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) return undefined;
    const jwk = v.parse(jwkSchema, await crypto.subtle.exportKey('jwk', key));
    return { alg, jwk };
  } catch {
    return undefined;
  }
}

function readPem(text: string): Uint8Array<ArrayBuffer> | undefined {
  const body = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(
    text,
  )?.[1];
  if (body === undefined) return undefined;
  try {
    return Uint8Array.from(atob(body.replace(/\s/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whoever sends a private key has given it away. */
function hasPrivatePart(jwk: unknown): boolean {
  return typeof jwk === 'object' && jwk !== null && 'd' in jwk;
}

/** The key id of type 0 (RFC 7486 section 9.4): base64url of the SHA-256 of the key's SPKI in DER. */
export async function hashedKid({ alg, jwk }: HobaKey): Promise<string> {
  const algorithm = IMPORTING.find((each) => each.alg === alg)?.algorithm ?? { name: 'Ed25519' };
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
  const spki = (await crypto.subtle.exportKey('spki', key)) as ArrayBuffer;
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', spki)));
}
