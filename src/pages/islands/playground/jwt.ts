export type Json = Readonly<Record<string, unknown>>;
export type TakenApart = { parts: readonly [string, string, string]; header: Json; payload: Json };
export type Verdict = 'valid' | 'invalid' | 'unchecked';

/** @see RFC 7519 section 3.1 */
export function takeApart(token: string): TakenApart {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { parts: [header, payload, signature], header: parsePart(header), payload: parsePart(payload) };
}

/** Checks the signature as any API would, with the issuer's public keys. */
export async function checkSignature({ parts, header }: TakenApart): Promise<Verdict> {
  const response = await fetch('/.well-known/jwks.json', { credentials: 'omit' });
  const { keys } = (await response.json()) as { keys: (JsonWebKey & { kid: string })[] };
  const jwk = keys.find(({ kid }) => kid === header.kid);
  if (!jwk) return 'invalid';
  const algorithm =
    header.alg === 'EdDSA' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  try {
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
    const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
    return (await crypto.subtle.verify(algorithm, key, bytesOf(parts[2]), signed)) ? 'valid' : 'invalid';
  } catch {
    return 'unchecked';
  }
}

function parsePart(part: string): Json {
  return JSON.parse(new TextDecoder().decode(bytesOf(part))) as Json;
}

function bytesOf(part: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
    letter.charCodeAt(0),
  );
}
