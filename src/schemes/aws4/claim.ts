import { AWS4_ALGORITHM, type SigningScope } from './signing.ts';

/** What a request says of its signature, in the `Authorization` header or in the query. */
export type Aws4Claim = {
  accessKeyId: string;
  scope: SigningScope;
  /** When it was signed, `YYYYMMDDTHHMMSSZ`. */
  at: string;
  signedHeaders: readonly string[];
  /** 64 hex digits. */
  signature: string;
  /** The hash of the body that was declared, or `UNSIGNED-PAYLOAD`. */
  payload: string | undefined;
  /** How long a presigned address is good for, seconds. */
  expiresSeconds?: number;
};

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const LONGEST_EXPIRY_SECONDS = 604_800;

/** @returns whether a query presigns its request */
export function isPresigned(query: string): boolean {
  return [...new URLSearchParams(query).keys()].some((name) => /^x-amz-(algorithm|signature)$/i.test(name));
}

/** Reads `Credential=…, SignedHeaders=…, Signature=…`. @returns `undefined` if it is not of that form */
export function parseHeaderClaim(credentials: string, headers: Headers): Aws4Claim | undefined {
  const fields = new Map<string, string>();
  for (const part of credentials.split(',')) {
    const [, name, value] = /^[ \t]*([A-Za-z]+)=([^ \t]*)[ \t]*$/.exec(part) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  const at = readDate(headers);
  if (fields.size !== 3 || at === undefined || headers.has('x-amz-security-token')) return undefined;
  return complete(
    fields.get('Credential') ?? '',
    fields.get('SignedHeaders') ?? '',
    fields.get('Signature') ?? '',
    at,
    headers.get('x-amz-content-sha256') ?? undefined,
  );
}

/** Reads `X-Amz-Algorithm`, `-Credential`, `-Date`, `-Expires`, `-SignedHeaders` and `-Signature`, each once. */
export function parseQueryClaim(query: string): Aws4Claim | undefined {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!/^x-amz-/i.test(name)) continue;
    if (fields.has(name.toLowerCase())) return undefined;
    fields.set(name.toLowerCase(), value);
  }
  const expires = fields.get('x-amz-expires') ?? '';
  const expiresSeconds = /^[1-9]\d{0,5}$/.test(expires) ? Number(expires) : 0;
  const isOurs =
    fields.get('x-amz-algorithm') === AWS4_ALGORITHM &&
    !fields.has('x-amz-security-token') &&
    expiresSeconds > 0 &&
    expiresSeconds <= LONGEST_EXPIRY_SECONDS;
  const claim = complete(
    fields.get('x-amz-credential') ?? '',
    fields.get('x-amz-signedheaders') ?? '',
    fields.get('x-amz-signature') ?? '',
    fields.get('x-amz-date') ?? '',
    fields.get('x-amz-content-sha256'),
  );
  return isOurs && claim ? { ...claim, expiresSeconds } : undefined;
}

/** @returns the query without its signature */
export function withoutSignature(query: string): string {
  return query
    .split('&')
    .filter((part) => !/^x-amz-signature(=|$)/i.test(part))
    .join('&');
}

/** @returns epoch seconds of `YYYYMMDDTHHMMSSZ`, or `undefined` if there is no such moment */
export function parseInstant(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // The 30th of February would be a day in March.
  return Number.isNaN(at) || formatInstant(at) !== text ? undefined : at / 1_000;
}

function complete(
  credential: string,
  signedHeaders: string,
  signature: string,
  at: string,
  payload: string | undefined,
): Aws4Claim | undefined {
  const [, accessKeyId, date, region, service] =
    /^([A-Za-z0-9]{1,128})\/(\d{8})\/([A-Za-z0-9-]{1,64})\/([A-Za-z0-9-]{1,64})\/aws4_request$/.exec(
      credential,
    ) ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined)
    return undefined;
  const names = signedHeaders.split(';');
  const isSorted = names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
  const isWhole =
    names.every((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) &&
    isSorted &&
    /^[0-9a-f]{64}$/.test(signature) &&
    at.startsWith(`${date}T`) &&
    (payload === undefined || payload === UNSIGNED_PAYLOAD || /^[0-9a-f]{64}$/.test(payload));
  if (!isWhole) return undefined;
  return { accessKeyId, scope: { date, region, service }, at, signedHeaders: names, signature, payload };
}

/** `X-Amz-Date`, or else `Date`, which may be written as HTTP has it. */
function readDate(headers: Headers): string | undefined {
  const date = headers.get('x-amz-date') ?? headers.get('date');
  if (date === null || parseInstant(date) !== undefined) return date ?? undefined;
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : formatInstant(at);
}

function formatInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '');
}
