import { bytesToHex } from '@noble/hashes/utils.js';
import { DIGEST_ALGORITHMS } from '../../core/settings/settings.ts';
import { hash as hashOf } from '../hash.ts';

/** The hash functions of RFC 7616 section 6.1 without MD5; SHA-512-256 is FIPS 180-4's SHA-512/256. */
export const DIGEST_HASHES = ['SHA-256', 'SHA-512-256'] as const;
export type DigestHash = (typeof DIGEST_HASHES)[number];

export type DigestAlgorithm = {
  hash: DigestHash;
  /** `-sess`: the key is made anew for each series of nonces. */
  isSession: boolean;
};

/** @returns `undefined` for a name that is none of ours: each of ours is taken, offered or not */
export function parseDigestAlgorithm(text: string): DigestAlgorithm | undefined {
  const name = DIGEST_ALGORITHMS.find((each) => each.toLowerCase() === text.toLowerCase());
  return name && { hash: name.replace('-sess', '') as DigestHash, isSession: name.endsWith('-sess') };
}

export type Qop = 'auth' | 'auth-int';

/** What a response is computed from, all of it as the client sent it. */
export type DigestParts = {
  nonce: string;
  nc: string;
  cnonce: string;
  qop: Qop;
  uri: string;
};

/** @returns lower-case hex of the hash of a text in UTF-8, or of bytes */
export function hashHex(hash: DigestHash, data: string | Uint8Array): string {
  return bytesToHex(hashOf(hash === 'SHA-256' ? 'sha256' : 'sha512-256', data));
}

/** The hash of username, realm and password (section 3.4.2), all that the server keeps. */
export function passwordHashOf(hash: DigestHash, username: string, realm: string, password: string): string {
  return hashHex(hash, `${username}:${realm}:${password}`);
}

/** The key of a series of nonces (section 3.4.2), made from its first nonce and cnonce. */
export function sessionKeyOf(hash: DigestHash, passwordHash: string, nonce: string, cnonce: string): string {
  return hashHex(hash, `${passwordHash}:${nonce}:${cnonce}`);
}

/**
 * The response to a request (section 3.4.1), or the server's own (section 3.5) with an empty method.
 *
 * @param body what auth-int protects (section 3.4.3)
 */
export function responseOf(
  hash: DigestHash,
  key: string,
  { nonce, nc, cnonce, qop, uri }: DigestParts,
  method: string,
  body: Uint8Array,
): string {
  const a2 = qop === 'auth' ? `${method}:${uri}` : `${method}:${uri}:${hashHex(hash, body)}`;
  return hashHex(hash, [key, nonce, nc, cnonce, qop, hashHex(hash, a2)].join(':'));
}

/** The name under which a credential is found (section 3.4.4): also what a client sends for the username if it hides it. */
export function userHashOf(hash: DigestHash, username: string, realm: string): string {
  return hashHex(hash, `${username}:${realm}`);
}
