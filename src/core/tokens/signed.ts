import { CompactSign } from 'jose';
import type { SigningKey } from '../keys/derivation.ts';

const encoder = new TextEncoder();

/**
 * Signs claims into a JWT (RFC 7519). They are ours and whole: jose's builder of claims would copy and check them for
 * longer than the signature takes.
 */
export function sign(claims: object, { alg, kid, privateKey }: SigningKey, typ: string): Promise<string> {
  return new CompactSign(encodeClaims(claims)).setProtectedHeader({ alg, kid, typ }).sign(privateKey);
}

export function encodeClaims(claims: object): Uint8Array {
  return encoder.encode(JSON.stringify(claims));
}
