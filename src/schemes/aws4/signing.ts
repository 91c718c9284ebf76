import { bytesToHex } from '@noble/hashes/utils.js';
import { keyedHash } from '../../core/keys/keyed-hash.ts';

/** The scheme's name, and the first line of what is signed. */
export const AWS4_ALGORITHM = 'AWS4-HMAC-SHA256';

/** What a signature is bound to beside the request. */
export type SigningScope = {
  /** `YYYYMMDD`. */
  date: string;
  region: string;
  service: string;
};

export function formatScope({ date, region, service }: SigningScope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** @returns lower-case hex of the SHA-256 of bytes, or of a text in UTF-8 */
export async function sha256Hex(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** @param at `YYYYMMDDTHHMMSSZ` */
export async function stringToSign(canonical: string, at: string, scope: SigningScope): Promise<string> {
  return [AWS4_ALGORITHM, at, formatScope(scope), await sha256Hex(canonical)].join('\n');
}

/** The key of one day, region and service, made from the secret. */
export async function signingKey(
  secret: string,
  { date, region, service }: SigningScope,
): Promise<Uint8Array<ArrayBuffer>> {
  let key = new Uint8Array(new TextEncoder().encode(`AWS4${secret}`));
  for (const part of [date, region, service, 'aws4_request']) key = await keyedHash(key, part);
  return key;
}

export async function sign(key: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  return bytesToHex(await keyedHash(key, text));
}
