import { base64url } from 'jose';
import { isCompact } from '../core/tokens/compact.ts';
import type { Algorithm, VerificationKey } from './key-set.ts';
import { Memory } from './memory.ts';

/** A JWS taken apart, nothing of it verified. */
export type Unverified = { alg: string; kid: string; typ: string; parts: [string, string, string] };

const LONGEST_TOKEN = 8_192;
const REMEMBERED_HEADERS = 64;

/** One key's tokens all carry the same header. */
const headers = new Memory<Omit<Unverified, 'parts'> | 'malformed'>(REMEMBERED_HEADERS);

/**
 * Reads a compact JWS, strictly: one token has one spelling.
 *
 * @see RFC 7515 sections 3.1, 4.1 and 5.2; a `crit` header isn't understood here, so it is refused (section 4.1.11)
 */
export function parseCompact(token: string, longest = LONGEST_TOKEN): Unverified | 'too_long' | 'malformed' {
  if (token.length > longest) return 'too_long';
  if (!isCompact(token, 3)) return 'malformed';
  const parts = token.split('.') as Unverified['parts'];
  let header = headers.get(parts[0]);
  if (header === undefined) {
    header = parseHeader(parts[0]);
    headers.set(parts[0], header);
  }
  return header === 'malformed' ? header : { ...header, parts };
}

const VERIFY: Record<Algorithm, Parameters<SubtleCrypto['verify']>[0]> = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
};

/**
 * Straight to WebCrypto: a library's way there costs more than the signature check that an API's every new token pays for.
 *
 * @see RFC 7515 section 5.2, RFC 7518 sections 3.3 and 3.4, RFC 8037 section 3.1
 */
export function verifySignature({ parts }: Unverified, { alg, key }: VerificationKey): Promise<boolean> {
  const [header, payload, signature] = parts;
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  return crypto.subtle.verify(VERIFY[alg], key, base64url.decode(signature), signed);
}

/** @returns the payload as JSON, `undefined` if it is none */
export function parsePayload({ parts }: Unverified): unknown {
  return parseJson(parts[1]);
}

function parseHeader(part: string): Omit<Unverified, 'parts'> | 'malformed' {
  const header = parseJson(part);
  if (typeof header !== 'object' || header === null || 'crit' in header) return 'malformed';
  const { alg, kid, typ } = header as Record<string, unknown>;
  const isUsable = typeof alg === 'string' && typeof kid === 'string' && typeof typ === 'string';
  return isUsable ? { alg, kid, typ: typ.toLowerCase().replace(/^application\//, '') } : 'malformed';
}

function parseJson(part: string): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(base64url.decode(part));
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
