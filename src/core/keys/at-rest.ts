import { base64url, decodeProtectedHeader, type JWTPayload } from 'jose';
import { seal, unseal } from '../tokens/sealed.ts';
import type { KeyRing } from './key-ring.ts';

/** Whose data it is, and what it is for: sealed for one, it opens for no other. */
export type Binding = { purpose: string; username: string; id: string };

export type OpenedAtRest = {
  data: unknown;
  /** False under an earlier master key: it should be sealed again before that one is dropped. */
  isCurrent: boolean;
};

/**
 * Encrypts what lies in a database: a JWE (RFC 7516) under a key of its purpose, which takes no epoch and is named by an
 * id, so that it opens as long as its master key is there.
 */
export async function sealAtRest(data: unknown, binding: Binding, keys: KeyRing): Promise<string> {
  const [key] = await keys.lastingKeys(`at rest ${binding.purpose}`);
  return seal({ ...claimsOf(binding), data } as JWTPayload, key, await keyId(key));
}

/** @returns undefined if it was sealed for something else, under a master key that is gone, or is damaged */
export async function openAtRest(
  text: string,
  binding: Binding,
  keys: KeyRing,
  now: number,
): Promise<OpenedAtRest | undefined> {
  const candidates = await keys.lastingKeys(`at rest ${binding.purpose}`);
  const wanted = readKeyId(text);
  for (const [index, key] of candidates.entries()) {
    if ((await keyId(key)) !== wanted) continue;
    const opened = await unseal(text, [key], now);
    if (!opened.ok) return undefined;
    const { sub, pur, cid, data } = opened.claims;
    const isBound = sub === binding.username && pur === binding.purpose && cid === binding.id;
    return isBound ? { data, isCurrent: index === 0 } : undefined;
  }
  return undefined;
}

function claimsOf({ purpose, username, id }: Binding) {
  return { sub: username, pur: purpose, cid: id };
}

function readKeyId(text: string): string | undefined {
  try {
    return decodeProtectedHeader(text).kid;
  } catch {
    return undefined;
  }
}

/** Six bytes of the key's SHA-256: enough to tell two master keys apart. */
async function keyId(key: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', key);
  return base64url.encode(new Uint8Array(digest).slice(0, 6));
}
