import { calculateJwkThumbprint, type JWK } from 'jose';
import type { DerivedAlg, SigningAlg } from '../settings/settings.ts';

/** Makes key material out of one master key: HKDF-SHA-256 (RFC 5869), a label apart for each use. */
export type Derivation = (label: string, byteLength: number) => Promise<Uint8Array<ArrayBuffer>>;

export type SigningKey = {
  alg: SigningAlg;
  /** RFC 7638 thumbprint. */
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** As JWKS publishes it (RFC 7517). */
  publicJwk: JWK;
};

const SALT = new TextEncoder().encode('edgemint v1');

export async function createDerivation(masterKey: Uint8Array<ArrayBuffer>): Promise<Derivation> {
  const base = await crypto.subtle.importKey('raw', masterKey, 'HKDF', false, ['deriveBits']);
  return async (label, byteLength) => {
    const info = new TextEncoder().encode(label);
    const bits = await crypto.subtle.deriveBits(
      { name: 'HKDF', hash: 'SHA-256', salt: SALT, info },
      base,
      byteLength * 8,
    );
    return new Uint8Array(bits);
  };
}

/** Derives a signing key pair. The same master key and label always give the same pair. */
export async function deriveSigningKey(
  derive: Derivation,
  alg: DerivedAlg,
  label: string,
): Promise<SigningKey> {
  const { algorithm, pkcs8 } =
    alg === 'ES256' ? await deriveP256(derive, label) : await deriveEd25519(derive, label);
  const extractable = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
  const publicPart = publicPartOf((await crypto.subtle.exportKey('jwk', extractable)) as JsonWebKey);
  const kid = await calculateJwkThumbprint(publicPart as JWK, 'sha256');
  return {
    alg,
    kid,
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', publicPart, algorithm, true, ['verify']),
    publicJwk: { ...(publicPart as JWK), kid, alg, use: 'sig' },
  };
}

function publicPartOf({ kty, crv, x, y }: JsonWebKey): JsonWebKey {
  return { kty, crv, x, ...(y !== undefined && { y }) } as JsonWebKey;
}

/** The order of the P-256 group (SEC 2 section 2.4.2). */
const P256_ORDER = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n;
/** PKCS#8 (RFC 5208) of an EC key on P-256 (RFC 5915) without its public point, up to the 32-byte scalar. */
const P256_PREFIX = '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420';
/** PKCS#8 of an Ed25519 key (RFC 8410 section 7), up to the 32-byte seed. */
const ED25519_PREFIX = '302e020100300506032b657004220420';

async function deriveP256(derive: Derivation, label: string) {
  for (let draw = 0; ; draw += 1) {
    const scalar = await derive(`${label}|draw ${draw}`, 32);
    if (!isP256Scalar(scalar)) continue;
    return { algorithm: { name: 'ECDSA', namedCurve: 'P-256' }, pkcs8: concat(P256_PREFIX, scalar) };
  }
}

async function deriveEd25519(derive: Derivation, label: string) {
  return { algorithm: { name: 'Ed25519' }, pkcs8: concat(ED25519_PREFIX, await derive(label, 32)) };
}

/** A private key is a number from 1 to n - 1 (FIPS 186-5 appendix A.2). Out of range, the next one is drawn. */
export function isP256Scalar(bytes: Uint8Array): boolean {
  const number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return number > 0n && number < P256_ORDER;
}

function concat(prefixHex: string, suffix: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = Uint8Array.from(prefixHex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return new Uint8Array([...prefix, ...suffix]);
}
