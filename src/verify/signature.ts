import { decodeBriefly, encodeBriefly } from './bytes.ts';
import type { Algorithm, VerificationKey } from './key-set.ts';

type Header = { alg: string; kid: string; typ: string };

/** A JWS taken apart, nothing of it verified. */
export type Unverified = {
  header: Header;
  token: string;
  /** Where its header and its payload end, which are what is signed. */
  signedLength: number;
  payload: string;
  signature: string;
};

const LONGEST_TOKEN = 8_192;

/** One key's tokens all carry the same header: it is read once, until another comes. */
let latest: { part: string; header: Header | 'malformed' } | undefined;

const { subtle } = crypto;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a compact JWS apart. Its parts are decoded strictly, so that one token has one spelling: a look at each character
 * beforehand would cost an API's every new token more than their decoding.
 *
 * @see RFC 7515 sections 3.1, 4.1 and 5.2; a `crit` header isn't understood here, so it is refused (section 4.1.11)
 */
export function parseCompact(token: string, longest = LONGEST_TOKEN): Unverified | 'too_long' | 'malformed' {
  if (token.length > longest) return 'too_long';
  const first = token.indexOf('.');
  const last = token.lastIndexOf('.');
  if (first === last) return 'malformed';
  const header = headerOf(token, first);
  if (header === 'malformed') return 'malformed';
  return {
    header,
    token,
    signedLength: last,
    payload: token.slice(first + 1, last),
    signature: token.slice(last + 1),
  };
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
export function verifySignature(
  { token, signedLength, signature }: Unverified,
  { alg, key }: VerificationKey,
): Promise<boolean> | false {
  const bytes = decodeBriefly(signature);
  return bytes ? subtle.verify(VERIFY[alg], key, bytes, encodeBriefly(token, signedLength)) : false;
}

/** @returns the payload, `undefined` if it isn't JSON in strict base64url */
export function parsePayload({ payload }: Unverified): unknown {
  return parseJson(payload);
}

function headerOf(token: string, length: number): Header | 'malformed' {
  if (latest?.part.length === length && token.startsWith(latest.part)) return latest.header;
  const part = token.slice(0, length);
  latest = { part, header: parseHeader(part) };
  return latest.header;
}

function parseHeader(part: string): Header | 'malformed' {
  const header = parseJson(part);
  if (typeof header !== 'object' || header === null || 'crit' in header) return 'malformed';
  const { alg, kid, typ } = header as Record<string, unknown>;
  const isUsable = typeof alg === 'string' && typeof kid === 'string' && typeof typ === 'string';
  return isUsable ? { alg, kid, typ: typ.toLowerCase().replace(/^application\//, '') } : 'malformed';
}

function parseJson(part: string): unknown {
  try {
    const bytes = decodeBriefly(part);
    return bytes && JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
